"""What an exercise uses is an earlier exercise, with a plain implementation of ours to stand in for it."""

from collections.abc import Iterator

from autograder.authoring.materials import Materials
from autograder.checkout import shown


def find(materials: Materials) -> Iterator[str]:
    where, stand_ins = shown(materials.suite / "__init__.py"), materials.stand_ins
    earlier: set[str] = set()
    for name, exercise in materials.exercises.items():
        for used in exercise.uses:
            if used not in earlier:
                yield f"{where}: {name} uses {used!r}, which is no exercise above it; correct the name or the order"
            elif used not in stand_ins:
                yield (
                    f"{name} uses {used}, which has no stand-in: who gets {used} wrong loses {name} too; write it into"
                    f" {shown(materials.suite / 'stand_ins.py')}"
                )
        earlier.add(name)
