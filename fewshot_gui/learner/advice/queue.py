"""What to ask the person next: the pictures and groups whose answers are worth most.

A picture's worth is the chance that its answer is wrong, which one click mends, times a power of the doubt that its
answer would settle elsewhere: the sum over all pictures j of doubt_j * max(0, likeness(i, j) - settled_j). That is
large for a picture with many look-alikes in doubt (information density, Settles & Craven 2008), far from whatever is
settled already. Picked greedily, each pick counting as settled for the next, as in facility location (Krause & Golovin
2014; for active learning Wei et al. 2015). So near-copies don't come in a row.
"""

from __future__ import annotations

import numpy as np

from fewshot_gui.learner.advice.groups import look_alikes

POOL = 1000
"""Similarities are taken among so many pictures at most: a 1000 x 1000 matrix, whatever the folder's size."""
SHARPNESS = 4
"""Likeness is the cosine to this power: an answer says much about near look-alikes and little about the rest."""
HELPED = 0.75
"""Of two judges, the network helped by look-alikes is heard with this weight and the network alone with the rest: so
the pictures with most doubt were wrong oftenest, in each of seven collections."""
ELSEWHERE = 0.25
"""What an answer settles elsewhere counts to this power."""
GROUP_DOUBT = 0.5
"""Groups are made of pictures in more doubt than this."""


def shared_doubt(alone: np.ndarray, helped: np.ndarray) -> np.ndarray:
    """How likely the network's answers are wrong [n], 0..1, where two judges are heard: the network alone [n, K], and
    the same helped by look-alikes [n, K]; rows sum to one. Where they disagree there is most doubt (query by committee,
    Seung et al. 1992)."""
    answers = alone.argmax(1)
    rows = np.arange(len(alone))
    wrong: np.ndarray = 1 - (1 - HELPED) * alone[rows, answers] - HELPED * helped[rows, answers]
    return wrong


def doubt(probabilities: np.ndarray, known: np.ndarray) -> np.ndarray:
    """How unsure the machine is [n], 0..1: one less the margin between the two best answers.

    probabilities [n, K], rows sum to one; known [n], the chance of any class: "none of these" is an answer too.
    """
    answers = np.column_stack([probabilities * known[:, None], 1 - known])
    best = np.partition(answers, -2, axis=1)[:, -2:]
    return 1 - (best[:, 1] - best[:, 0])


def next_pictures(embeddings: np.ndarray, doubts: np.ndarray, settled: np.ndarray, count: int) -> np.ndarray:
    """The rows of at most ``count`` pictures to ask about, the one worth most first.

    embeddings [n, D] of unit length: pictures no person has judged; doubts [n] in 0..1; settled [s, D] of unit length:
    all examples and judged pictures. Fewer rows come back where no answer would settle anything more. Deterministic.
    """
    pool, mass = _pool(doubts)
    mine = embeddings[pool]
    likeness = _likeness(mine, mine)
    covered = _likeness(mine, settled).max(1) if len(settled) else np.zeros(len(pool), np.float32)
    own = doubts[pool]
    asked: list[int] = []
    while len(asked) < min(count, len(pool)):
        worth = own * (np.maximum(likeness - covered, 0) @ mass) ** ELSEWHERE
        best = int(np.argmax(worth))
        if worth[best] <= 0:
            break
        asked.append(best)
        covered = np.maximum(covered, likeness[best])
        covered[best] = np.inf
        likeness[best] = 0
    return pool[asked]


def next_groups(embeddings: np.ndarray, doubts: np.ndarray, count: int) -> list[np.ndarray]:
    """At most ``count`` groups of look-alikes in doubt, as rows, the one with most doubt in all first.

    Inputs as for ``next_pictures``. Each group is meant to be judged in one gesture; within it the most typical first.
    """
    unsure = np.flatnonzero(doubts > GROUP_DOUBT)
    groups = [unsure[group] for group in look_alikes(embeddings[unsure])]
    return sorted(groups, key=lambda group: -float(doubts[group].sum()))[:count]


def _pool(doubts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows to choose from and the doubt each stands for: all, or a systematic sample in proportion to doubt."""
    rows = np.flatnonzero(doubts > 0)
    if len(rows) <= POOL:
        return rows, doubts[rows].astype(np.float32)
    total = np.cumsum(doubts[rows], dtype=np.float64)
    ticks = (np.arange(POOL) + 0.5) * total[-1] / POOL
    drawn, times = np.unique(np.searchsorted(total, ticks), return_counts=True)
    return rows[drawn], (times * total[-1] / POOL).astype(np.float32)


def _likeness(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    likeness: np.ndarray = np.maximum(a @ b.T, 0, dtype=np.float32) ** SHARPNESS
    return likeness
