"""Almost no inner loop (Raghu et al. 2020, arXiv:1909.09157): MAML whose steps move the head alone.

head' = head - a grad_head L_S(tail, head);    tail' = tail
"""

from __future__ import annotations

from dataclasses import replace

from fewshot_gui.learner.algorithms.maml import ORIGINAL_MAML

ANIL = replace(
    ORIGINAL_MAML,
    name="anil",
    paper="Raghu et al. 2020, arXiv:1909.09157",
    moving=("head.weight", "head.bias"),
)
