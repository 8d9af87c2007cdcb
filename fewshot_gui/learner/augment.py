"""Random views of training pictures, a whole batch at a time."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample


def random_views(
    pictures: np.ndarray, side: int, generator: torch.Generator, *, mirror: bool, least_area: float = 0.25
) -> Tensor:
    """Random crop, aspect, mirror, small turn, brightness, contrast, colour cast and saturation of each picture (one in
    ten is grey).

    pictures: uint8 [n, h, w, 3]. Returns floats in 0..255, [n, 3, side, side]. Crops keep least_area..1 of a picture.
    Glyphs must not be mirrored: a turned letter is another letter.
    """
    x = torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float()
    n = len(x)

    def uniform(low: float, high: float) -> Tensor:
        return torch.rand(n, generator=generator) * (high - low) + low

    area, aspect = uniform(least_area, 1.0), torch.exp(uniform(-math.log(4 / 3), math.log(4 / 3)))
    width, height = (area * aspect).sqrt().clamp(max=1.0), (area / aspect).sqrt().clamp(max=1.0)
    left, top = uniform(-1, 1) * (1 - width), uniform(-1, 1) * (1 - height)
    angle = uniform(-0.15, 0.15)
    flip = torch.where(uniform(0, 1) < 0.5, -1.0, 1.0) if mirror else torch.ones(n)
    theta = torch.stack(
        [
            torch.stack([flip * width * angle.cos(), -height * angle.sin(), left], 1),
            torch.stack([flip * width * angle.sin(), height * angle.cos(), top], 1),
        ],
        1,
    )
    grid = affine_grid(theta, [n, 3, side, side], align_corners=False)
    x = grid_sample(x, grid, mode="bilinear", padding_mode="reflection", align_corners=False)

    def per_picture(low: float, high: float) -> Tensor:
        return uniform(low, high).view(n, 1, 1, 1)

    mean = x.mean((1, 2, 3), keepdim=True)
    grey = x.mean(1, keepdim=True)
    x = grey + (x - grey) * torch.where(per_picture(0, 1) < 0.1, 0.0, per_picture(0.5, 1.5))
    x = x * (torch.rand(n, 3, 1, 1, generator=generator) * 0.2 + 0.9)  # the light's colour
    x = mean + (x - mean) * per_picture(0.6, 1.4)
    return (x * per_picture(0.7, 1.3)).clamp_(0, 255)
