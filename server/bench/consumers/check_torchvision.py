import os

import torch_parts  # noqa: F401  before anything that needs torchvision
import torchvision
from expected import near, run, same
from torchvision.datasets import MNIST, CocoDetection, ImageFolder, VOCDetection

print("version", torchvision.__version__)
WORDS = {"train": "train", "validation": "val", "test": "test"}


def class_folders(export):
    for split in export.splits:
        found = ImageFolder(os.path.join(export.folder, WORDS[split]))
        same(found.classes, export.names("name"), "classes")
        of_class = {name: found.targets.count(at) for at, name in enumerate(found.classes)}
        same(of_class, dict(export.labels(split, "name")), "pictures by class")
        for picture, target in found:
            same(picture.mode, "RGB", "mode")
    return f"{len(export.pictures)} pictures, same class numbers in every split"


def coco(export):
    boxes = 0
    for split in export.splits:
        word = WORDS[split]
        root = os.path.join(export.folder, "images", word)
        found = CocoDetection(root, os.path.join(export.folder, "annotations", f"instances_{word}.json"))
        same(len(found), len(export.of(split)), "pictures")
        for at, id in enumerate(found.ids):
            about = found.coco.loadImgs(id)[0]
            expected = next(one for one in export.of(split) if one["file"] == about["file_name"])
            picture, targets = found[at]
            same(picture.size, (expected["width"], expected["height"]), "size")
            same(len(targets), len(expected["boxes"]), "boxes")
            boxes += len(targets)
            for target, box in zip(targets, expected["boxes"]):
                near(target["bbox"], [box[key] for key in ("x", "y", "width", "height")], 0.001, "box")
    return f"{len(export.pictures)} pictures, {boxes} boxes"


def voc(export):
    lists = {WORDS[split]: export.of(split) for split in export.splits}
    lists["trainval"] = export.of("train") + export.of("validation")
    boxes = 0
    for name, expected in lists.items():
        found = VOCDetection(export.folder, year=export.options["year"], image_set=name)
        same(len(found), len(expected), f"pictures of {name}")
        for picture, target in found:
            about = target["annotation"]
            known = next(one for one in expected if one["file"] == about["filename"])
            same(picture.size, (known["width"], known["height"]), "size")
            objects = about.get("object", [])
            same([one["name"] for one in objects], [box["label"] for box in known["boxes"]], "labels")
            for one, box in zip(objects, known["boxes"]):
                corners = [int(one["bndbox"][key]) for key in ("xmin", "ymin", "xmax", "ymax")]
                right, bottom = box["x"] + box["width"], box["y"] + box["height"]
                near(corners, [box["x"] + 1, box["y"] + 1, right, bottom], 0.5, "corners")
                boxes += 1
    return f"train, val, trainval, test; {boxes} boxes"


def mnist(export):
    root = next((at for at, folders, _ in os.walk(export.folder) if "MNIST" in folders), export.folder)
    train = MNIST(root, train=True)
    test = MNIST(root, train=False)
    # Validation lies in files of its own, which torchvision does not know.
    for part, split in ((train, "train"), (test, "test")):
        numbers = sorted(one["index"] for one in export.of(split))
        same(sorted(part.targets.tolist()), numbers, f"labels of {split}")
    for part in (train, test):
        first = part[0][0]
        same(first.mode, "L", "mode")
        same(first.size, (export.pictures[0]["width"], export.pictures[0]["height"]), "size")
    return f"{len(train)} train, {len(test)} test"


run({"class-folders": class_folders, "coco": coco, "voc": voc, "mnist-idx": mnist})
