"""Sort pictures into one folder per class: the only code that touches the user's files.

plan_sort (plan.py) decides what goes where and touches nothing. apply (apply.py) carries a plan out behind a journal
(journal.py). recover (recover.py) tidies up after a run that died. undo (undo.py) takes a run back. Each of them
changes the disk through files.py alone.
"""
