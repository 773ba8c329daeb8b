import contextlib
import io
import os
from importlib.metadata import version

from expected import run, same
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

print("version", version("pycocotools"))
WORDS = {"train": "train", "validation": "val", "test": "test"}


def coco(export):
    averages = []
    for split in export.splits:
        file = os.path.join(export.folder, "annotations", f"instances_{WORDS[split]}.json")
        with contextlib.redirect_stdout(io.StringIO()):
            truth = COCO(file)
            same([one["name"] for one in truth.loadCats(truth.getCatIds())], export.names(), "categories")
            perfect = [{**one, "score": 1.0} for one in truth.dataset["annotations"]]
            run_of = COCOeval(truth, truth.loadRes(perfect), "bbox")
            run_of.evaluate()
            run_of.accumulate()
            run_of.summarize()
        same(round(float(run_of.stats[0]), 6), 1.0, f"average precision of perfect detections in {split}")
        averages.append(float(run_of.stats[0]))
    return f"perfect detections score {min(averages):.3f}"


run({"coco": coco})
