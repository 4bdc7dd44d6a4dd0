"""Takes from a TensorFlow wheel what an addon in C++ needs: python3 unpack.py WHEEL FOLDER

FOLDER/lib gets the two libraries, FOLDER/include the headers of the C interface.
"""

import os
import shutil
import sys
import zipfile

LIBRARIES = ("tensorflow/libtensorflow_cc.so.2", "tensorflow/libtensorflow_framework.so.2")
HEADERS = "tensorflow/include/"
PARTS = ("tensorflow/c/", "tsl/", "tensorflow/core/platform/")

wheel, folder = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for entry in archive.infolist():
        name = entry.filename
        if name in LIBRARIES:
            target = os.path.join(folder, "lib", os.path.basename(name))
        elif name.startswith(HEADERS) and name[len(HEADERS) :].startswith(PARTS) and not entry.is_dir():
            target = os.path.join(folder, "include", name[len(HEADERS) :])
        else:
            continue
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with archive.open(entry) as source, open(target, "wb") as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
