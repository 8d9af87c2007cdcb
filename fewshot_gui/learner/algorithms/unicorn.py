"""UNICORN-MAML (Ye & Chao 2022, arXiv:2106.16245): every row of the head begins at one shared vector w.

    W_k = w for all classes k: any number of them, in any order; then MAML's steps, to first order as there

With a linear head and a softmax w leaves no trace: it adds w . z to the scores of all classes alike, which changes no
probability and no gradient, so that its own gradient is zero too. It rests at zero; the rates are what is learned.
"""

from __future__ import annotations

from fewshot_gui.learner.algorithms.algorithm import Algorithm, rates

UNICORN_MAML = Algorithm(
    "unicorn-maml",
    "Ye & Chao 2022, arXiv:2106.16245",
    lambda common: {"log_rates": rates()},
    fixed={"gamma": 0.0, "w": 0.0},
)
