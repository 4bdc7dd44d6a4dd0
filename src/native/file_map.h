#pragma once
#include <napi.h>

namespace wordmill {

/**
 * mapFile(path, most): a file's bytes as an ArrayBuffer, mapped privately: pages are read when they are first touched, and what
 * is written to them stays in this process. The memory is given back with the buffer.
 *
 * Throws `noInput` or `inputOutput`, `data` for an empty file, `outOfMemory` where there are no addresses left, or the
 * file has more bytes than `most`: Node takes no buffer from outside that is longer than its own may be.
 */
Napi::Value mapFile(const Napi::CallbackInfo& info);

}  // namespace wordmill
