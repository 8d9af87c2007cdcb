"""The shipped learner: a learned mixture of UNICORN-MAML and Proto-MAML, its head taken to the optimum first.

    W_k = w + gamma s c_k,  gamma and s learned; the head alone to the optimum of its loss, held by a spring of learned
    strength; then tail and head together

`inner_loop` says whose ideas these are. It learns in `outer_loop.meta_train`, tail and metric included, so that the
common start is its own and nothing else has to be kept.
"""

from __future__ import annotations

from fewshot_gui.learner.algorithms.algorithm import Algorithm
from fewshot_gui.learner.inner_loop import HEAD_STEPS

MIXTURE = Algorithm("maml", "Finn et al. 2017, arXiv:1703.03400", lambda common: {}, head_steps=HEAD_STEPS)
