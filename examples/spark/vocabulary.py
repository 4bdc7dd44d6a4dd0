"""The vocabulary of a text, counted on a Spark cluster by wordmill.

Spark shares the lines of the text out; each partition is piped through `wordmill shard ingest`, which splits and counts
it as `wordmill train` would, and all counts through one `wordmill shard merge`, which sums them exactly, within its own
limit of memory. So the result is the file that `wordmill vocab` writes, to the byte, whatever the partitions are.

    spark-submit vocabulary.py --min-count 5 hdfs:///corpus/*.txt vocabulary.txt

wordmill must be installed on every machine, or be named by --wordmill. The vocabulary is then for
`wordmill train --read-vocabulary vocabulary.txt`.
"""

import argparse
import os

from pyspark import SparkConf, SparkContext


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("text", help="what Spark is to read: a path or pattern of any file system that it knows")
    parser.add_argument("output", help="the vocabulary file to write, on this machine")
    parser.add_argument("--wordmill", default="wordmill", help="the command, as the machines of the cluster find it")
    parser.add_argument("--partitions", type=int, default=64, help="in how many parts the text is counted")
    parser.add_argument("--min-count", type=int, default=1, help="leave out words that occur less often")
    return parser.parse_args()


def vocabulary(spark, wanted):
    """The lines of the vocabulary file, in order."""
    # Without it, a command that Spark starts has an empty environment, and finds no Node.
    environment = {"PATH": os.environ["PATH"]}

    def through(lines, command):
        # checkCode: a command that fails fails its task, which Spark then runs again.
        return lines.pipe(f"{wanted.wordmill} shard {command} --quiet -", env=environment, checkCode=True)

    # Each part costs the start of a process; many small files would each be one.
    text = spark.textFile(wanted.text, wanted.partitions).coalesce(wanted.partitions)
    counts = through(text, "ingest")
    # A shuffle to one partition, and not coalesce(1), which would count all of the text in one task.
    return through(counts.repartition(1), f"merge --min-count {wanted.min_count}")


def main():
    wanted = arguments()
    spark = SparkContext(conf=SparkConf().setAppName("wordmill vocabulary"))
    spark.setLogLevel("WARN")
    try:
        unfinished = f"{wanted.output}.unfinished"
        with open(unfinished, "w", encoding="utf-8", newline="\n") as output:
            for line in vocabulary(spark, wanted).toLocalIterator():
                output.write(f"{line}\n")
        os.replace(unfinished, wanted.output)
    finally:
        spark.stop()


if __name__ == "__main__":
    main()
