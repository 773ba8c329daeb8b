"""One pass of img2dataset over a list of addresses; prints what it took as one line of JSON.

usage: img2dataset_pass.py URL_LIST OUTPUT_FOLDER PROCESSES THREADS PER_SHARD
"""
import json
import resource
import sys
import time
from pathlib import Path

from img2dataset import download


def cpu_seconds():
    """User and system time of this process and of those it waited for."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def main():
    url_list, output_folder, processes, threads, per_shard = sys.argv[1:]
    started, started_cpu = time.monotonic(), cpu_seconds()
    download(
        url_list=url_list,
        input_format="txt",
        output_folder=output_folder,
        output_format="files",
        image_size=512,
        resize_mode="keep_ratio_largest",
        resize_only_if_bigger=True,
        encode_format="jpg",
        encode_quality=90,
        processes_count=int(processes),
        thread_count=int(threads),
        number_sample_per_shard=int(per_shard),
        retries=0,
        enable_wandb=False,
    )
    seconds, cpu = time.monotonic() - started, cpu_seconds() - started_cpu
    images = len(list(Path(output_folder).glob("*/*.jpg")))
    print(json.dumps({"seconds": seconds, "cpuSeconds": cpu, "images": images}))


if __name__ == "__main__":
    main()
