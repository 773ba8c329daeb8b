"""
Lets torchvision be imported where its compiled part was built for another torch than the one that is there (for CUDA, beside a torch
for processors alone). Data sets are read in Python only; what the compiled part would do with the output of a network is declared,
and never called.
"""
import re

import torch

declared = torch.library.Library("torchvision", "FRAGMENT")
while True:
    try:
        import torchvision  # noqa: F401

        break
    except RuntimeError as error:
        missing = re.search(r"operator torchvision::(\w+) does not exist", str(error))
        if missing is None:
            raise
        declared.define(f"{missing[1]}(Tensor input) -> Tensor")
