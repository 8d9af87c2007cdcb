"""Where to compute, and how exactly: the GPU if there is one and it computes rightly, else the processor."""

from __future__ import annotations

from dataclasses import dataclass

import torch

HALF = ("avx512_bf16", "amx_bf16")
"""What processors that multiply 16-bit floats list among their capabilities, and torch has fast convolutions for."""


class DeviceError(RuntimeError):
    """The device that was asked for can't be used; the message says why."""


@dataclass(frozen=True)
class Device:
    """A torch device, a name for people, and, where a GPU was passed over, why."""

    torch: torch.device
    name: str
    note: str = ""


def choose_device(wanted: str = "auto") -> Device:
    """wanted: auto, cpu or cuda. ``auto`` falls back to the processor and notes why; ``cuda`` raises DeviceError
    instead."""
    if wanted not in ("auto", "cpu", "cuda"):
        raise DeviceError(f"The device must be auto, cpu or cuda, not {wanted}.")
    cpu = Device(torch.device("cpu"), "CPU")
    if wanted == "cpu":
        return cpu
    problem = _gpu_problem()
    if problem is None:
        return Device(torch.device("cuda"), torch.cuda.get_device_name())
    if wanted == "cuda":
        raise DeviceError(f"The GPU can't be used: {problem}")
    return Device(cpu.torch, cpu.name, problem if torch.cuda.is_available() else "")


def computes_in_half(device: torch.device) -> bool:
    """Whether the hardware multiplies 16-bit floats (bfloat16) itself; elsewhere they would only cost time."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    if not hasattr(torch.cpu, "get_capabilities"):
        return False  # an older torch doesn't tell
    return any(torch.cpu.get_capabilities().get(name, False) for name in HALF)


def half_where_fast(device: torch.device) -> torch.autocast:
    """Within it, convolutions and matrix products of a backbone compute in 16-bit floats where that is faster."""
    return torch.autocast(device.type, torch.bfloat16, enabled=computes_in_half(device))


def _gpu_problem() -> str | None:
    """A small self-test: the same convolution and gradient as on the processor, to 16-bit accuracy."""
    if not torch.cuda.is_available():
        return "no NVIDIA GPU with a working driver was found."
    try:
        generator = torch.Generator().manual_seed(0)
        picture = torch.randn(4, 8, 16, 16, generator=generator)
        weight = torch.randn(8, 8, 3, 3, generator=generator)
        here = _probe(picture, weight)
        there = _probe(picture.cuda(), weight.cuda()).cpu()
    except RuntimeError as error:
        return f"its self-test failed ({error})."
    if not torch.allclose(here, there, rtol=1e-2, atol=1e-2 * float(here.abs().max())):
        return "its self-test gave wrong numbers."
    return None


def _probe(picture: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    weight = weight.requires_grad_()
    loss = torch.nn.functional.conv2d(picture, weight).tanh().square().sum()
    return torch.autograd.grad(loss, weight)[0]
