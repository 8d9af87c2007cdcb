"""Where every tile of a grid stands: lines of equal tiles, in sections with a header each, or in one without.

Everything is computed from the row, so that nothing takes longer with more rows. Content coordinates start at the top
of the first section and do not scroll; x runs over the width of the window.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

import numpy as np
from PySide6.QtCore import QPoint, QRect, QSize

from fewshot_gui.ui import theme

GAP = theme.SPACE // 2  # at least so much between tiles
MARGIN = theme.SPACE  # around all of them


class GridLayout:
    """counts: tiles in each section, 0 for one that is closed. header: height of each section's header, 0 for none."""

    def __init__(self, counts: Sequence[int], tile: QSize, width: int, header: int = 0) -> None:
        self._tile, self._width, self._header = tile, width, header
        self.columns = max(1, (width - 2 * MARGIN + GAP) // (tile.width() + GAP))
        self.line_height = tile.height() + GAP
        self._counts = np.asarray(counts, np.int64)
        self._starts = np.cumsum(self._counts) - self._counts
        self._bounds: list[int] = self._starts.tolist()  # quicker than the array to look up one row
        self._lines = -(-self._counts // self.columns)
        heights = self._lines * self.line_height + header
        self._tops = MARGIN + np.cumsum(heights) - heights
        self.height = int(2 * MARGIN + heights.sum() - GAP)
        self.count = int(self._counts.sum())

    def cell(self, row: int) -> QRect:
        """The place of a tile. Width that is left over is spread between the columns."""
        section = self.section_of(row)
        line, column = divmod(row - int(self._starts[section]), self.columns)
        x = MARGIN + round((self._width - 2 * MARGIN) * (2 * column + 1) / (2 * self.columns) - self._tile.width() / 2)
        return QRect(QPoint(x, self._first_line(section) + line * self.line_height), self._tile)

    def section_of(self, row: int) -> int:
        """The section that a row belongs to."""
        return max(0, bisect_right(self._bounds, row) - 1)

    def rows_of(self, section: int) -> range:
        """The rows of a section."""
        start = int(self._starts[section])
        return range(start, start + int(self._counts[section]))

    def rows_across(self, top: int, bottom: int) -> range:
        """The rows in the lines between two heights."""
        first, last = self._line_at(top), self._line_at(bottom)
        return range(self._row(first[0], max(first[1], 0)), self._row(last[0], last[1] + 1))

    def lines_across(self, top: int, bottom: int) -> Iterator[range]:
        """The same, as the rows of each line."""
        rows = self.rows_across(top, bottom)
        row = rows.start
        while row < rows.stop:
            section = self.rows_of(self.section_of(row))
            line = range(row, min(row + self.columns, section.stop))
            yield line
            row = line.stop

    def headers_across(self, top: int, bottom: int) -> range:
        """The sections whose header touches the stretch between two heights."""
        if not self._header:
            return range(0)
        first = int(np.searchsorted(self._tops, top - self._header, side="right"))
        return range(first, int(np.searchsorted(self._tops, bottom, side="right")))

    def header_rect(self, section: int) -> QRect:
        """The place of a section's header: all the width."""
        return QRect(MARGIN, int(self._tops[section]), self._width - 2 * MARGIN, self._header)

    def nearest_row(self, point: QPoint) -> int:
        """The row at a point, or the nearest one before it in reading order; -1 if there are none."""
        section, line = self._line_at(point.y())
        across = (point.x() - MARGIN) * self.columns // max(1, self._width - 2 * MARGIN)
        if not 0 <= line < self._lines[section]:
            row = self._row(section, max(line, 0)) - 1
            return max(row, 0) if self.count else -1
        column = min(max(across, 0), self.columns - 1)
        return min(self._row(section, line) + column, self.rows_of(section).stop - 1)

    def above(self, row: int) -> int:
        """The tile above, in this section or the one before; the same row where there is none."""
        line, column = divmod(row - int(self._starts[self.section_of(row)]), self.columns)
        if line > 0:
            return row - self.columns
        before = row - column - 1
        if before < 0:
            return row
        rows = self.rows_of(self.section_of(before))
        last_line = rows.start + (len(rows) - 1) // self.columns * self.columns
        return min(last_line + column, before)

    def below(self, row: int) -> int:
        """The tile below, in this section or the one after; from the last full line the last tile of an unfinished one.
        The same row where there is none."""
        rows = self.rows_of(self.section_of(row))
        line, column = divmod(row - rows.start, self.columns)
        if line < (len(rows) - 1) // self.columns:
            return min(row + self.columns, rows.stop - 1)
        if rows.stop >= self.count:
            return row
        return min(rows.stop + column, self.rows_of(self.section_of(rows.stop)).stop - 1)

    def _first_line(self, section: int) -> int:
        return int(self._tops[section]) + self._header

    def _line_at(self, y: int) -> tuple[int, int]:
        """Section and line at a height; line -1 in a header, beyond the last line below."""
        if not len(self._tops):
            return 0, -1
        section = max(0, int(np.searchsorted(self._tops, y, side="right")) - 1)
        return section, max(-1, (y - self._first_line(section)) // self.line_height)

    def _row(self, section: int, line: int) -> int:
        if not len(self._tops):
            return 0
        return int(self._starts[section] + min(line * self.columns, int(self._counts[section])))
