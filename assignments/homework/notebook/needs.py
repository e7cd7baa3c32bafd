"""Which statements of a notebook an exercise needs: those that give its names their values, and what these need.

A name has the value that it would have had if the notebook had been run from top to bottom up to the end of the cell
with the exercise's answer. A name that has none by then gets its first one from below, as a helper may stand anywhere.
Statements that nobody needs (training, plots, checks) are not run.
"""

import builtins
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cached_property

from homework.notebook.changes import STATES
from homework.notebook.statements import Statement

_BINDS_BY_TEXT = re.compile(r"\b(?:globals|locals|exec|setattr|__dict__|modules|builtins)\b")


class Aliases:
    """Which names of a notebook may stand for one object: a change through one is a change of all."""

    def __init__(self, statements: Sequence[Statement]):
        self._others: dict[str, set[str]] = {}
        for name, other in {pair for statement in statements for pair in statement.names.aliases}:
            self._others.setdefault(name, set()).add(other)
            self._others.setdefault(other, set()).add(name)

    def of(self, names: Set[str]) -> set[str]:
        """These names, and all others that they may share an object with."""
        found, waiting = set[str](), list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self._others.get(name, ())
        return found


class Needs:
    """Of a notebook's statements, in its order.

    cells: for each statement the number of its cell. answers: exercise -> indices of the statements that answer it;
    what else binds an exercise's name (`sample = sample(model)`) is no answer and counts for nothing.
    """

    def __init__(self, statements: Sequence[Statement], cells: Sequence[int], answers: Mapping[str, Sequence[int]]):
        self._statements, self._cells, self._answers = statements, cells, answers
        self._last_of_cell = {cell: index for index, cell in enumerate(cells)}
        self._aliases = Aliases(statements)

    def of(self, exercise: str) -> list[int]:
        """The statements that this exercise needs, in order."""
        answers = self._answers[exercise]
        horizon = self._end_of_cell(answers[-1])
        for_all = [index for index, statement in enumerate(self._statements) if statement.is_for_all]
        seen, waiting = set[tuple[int, int]](), [(index, horizon) for index in (*for_all, *answers)]
        waiting += [(index, horizon) for index in self._attached(exercise)]
        while waiting:
            step = waiting.pop()
            if step not in seen:
                seen.add(step)
                waiting += self._next(*step)
        return sorted({index for index, _ in seen})

    def unbound(self, indices: Sequence[int]) -> set[str]:
        """Names that these statements read and that nothing in the notebook gives a value."""
        read = set().union(
            *(self._statements[index].names.reads | self._statements[index].names.later for index in indices)
        )
        return read - self._touching.keys()

    def _next(self, index: int, horizon: int) -> Iterator[tuple[int, int]]:
        """What a statement needs that runs where it stands, and whose functions are called at the horizon."""
        names = self._statements[index].names
        for name in names.reads:
            for writer in self._writers(name, index - 1):
                yield writer, index
                yield writer, horizon
        for name in names.later:
            for writer in self._writers(name, horizon, or_below=True):
                yield writer, horizon
        for writer in self._patches_for(self._statements[index]):
            yield writer, horizon

    def _writers(self, name: str, end: int, or_below: bool = False) -> list[int]:
        """What gave a name its value up to a statement, back to the last one that surely did, and all that is attached.

        or_below: if there is none, what gives it one first below.
        """
        if name in self._answers and or_below:
            end = max(end, self._end_of_cell(self._answers[name][-1]))
        found = list[int]()
        for index in reversed([index for index in self._touching.get(name, ()) if index <= end]):
            found.append(index)
            if name in self._statements[index].names.surely or (name, index) in self._seeding:
                break
        else:
            if name in STATES:  # without a seed above, no draw repeats another
                return []
        if or_below and not any(name in self._statements[index].names.binds for index in found):
            first = next((index for index in self._touching.get(name, ()) if self._binds(index, name)), None)
            if first is not None:
                last = self._end_of_cell(first)
                found = [index for index in self._touching[name] if first <= index <= last]
        if not found and name not in vars(builtins):
            return self._wild
        return [*found, *self._attached(name)]

    def _attached(self, name: str) -> list[int]:
        """What changes a class or function wherever it stands: `MoCoQueue.enqueue = enqueue` in a later cell."""
        if name not in self._defined:
            return []
        return [index for index, changes in enumerate(self._changes) if name in changes]

    def _binds(self, index: int, name: str) -> bool:
        return name in self._statements[index].names.binds

    def _end_of_cell(self, index: int) -> int:
        return self._last_of_cell[self._cells[index]]

    @cached_property
    def _wild(self) -> list[int]:
        """What may bind a name that nothing else binds, as it does so by a text."""
        return [index for index, statement in enumerate(self._statements) if _BINDS_BY_TEXT.search(statement.source)]

    @cached_property
    def _changes(self) -> list[set[str]]:
        return [self._aliases.of(statement.names.changes) for statement in self._statements]

    @cached_property
    def _defined(self) -> frozenset[str]:
        return frozenset(name for statement in self._statements for name in statement.names.defines)

    @cached_property
    def _touching(self) -> dict[str, list[int]]:
        """Name -> the statements that bind or change it."""
        imported = {name for statement in self._statements for name in statement.names.imports}
        all_names = [statement.names for statement in self._statements]
        bound = STATES.union(self._answers, *(names.binds | names.effects for names in all_names))
        touching: dict[str, list[int]] = {}
        for index, statement in enumerate(self._statements):
            names = statement.names
            changes = names.changes | {given for called, given in names.passes if self._may_change(called, given)}
            changes |= names.uses - self._defined
            changes |= {name for read in names.reads for name in self._effects.get(read, ())}
            touched = (names.binds - self._answers.keys()) | (self._aliases.of(changes) - imported)
            touched |= {name for name, answers in self._answers.items() if index in answers}
            for name in touched & bound:
                touching.setdefault(name, []).append(index)
        return touching

    def _may_change(self, called: str, given: str) -> bool:
        """A function of the notebook may change a value that it is given; classes and functions are only called."""
        return called in self._defined and given not in self._defined

    @cached_property
    def _seeding(self) -> set[tuple[str, int]]:
        """(random state, statement) where a function is called that sets it."""
        return {
            (name, index)
            for index, statement in enumerate(self._statements)
            for read in statement.names.reads
            for name in self._effects.get(read, set()) & STATES
        }

    @cached_property
    def _effects(self) -> dict[str, set[str]]:
        """Function or class -> the global names that it changes when it is called, itself or by what it calls."""
        own: dict[str, set[str]] = {}
        calls: dict[str, set[str]] = {}
        for statement in self._statements:
            for name in statement.names.defines - self._answers.keys():  # who calls an exercise trains, or looks at it
                own.setdefault(name, set()).update(statement.names.effects)
                calls.setdefault(name, set()).update(statement.names.later & self._defined - self._answers.keys())
        while grown := [name for name in own if not own[name] >= set().union(*(own[called] for called in calls[name]))]:
            for name in grown:
                own[name].update(*(own[called] for called in calls[name]))
        return {name: effects for name, effects in own.items() if effects}

    @cached_property
    def _patches(self) -> dict[str, list[int]]:
        """Attribute -> the statements that give it to a module's own class: `torch.Tensor.unit = unit`."""
        imported = {name for statement in self._statements for name in statement.names.imports}
        patches: dict[str, list[int]] = {}
        for index, statement in enumerate(self._statements):
            if imported & statement.names.changes:
                for attribute in statement.names.patches:
                    patches.setdefault(attribute, []).append(index)
        return patches

    def _patches_for(self, statement: Statement) -> list[int]:
        return [
            index
            for attribute, writers in self._patches.items()
            if re.search(rf"\.{re.escape(attribute)}\b", statement.source)
            for index in writers
        ]
