"""The policy that a command goes by: the course's own, whose content the store keeps from the moment it was given.

A command that says nothing of it uses the kept one, so that no late day is forgotten by leaving out an option.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from autograder.results import counting, policy_file
from autograder.results.policy import Policy, PolicyError
from autograder.results.store import Results
from autograder.roster.students import Roster


@dataclass(frozen=True)
class ChosenPolicy:
    """The policy of a command. rules: None without one; file: its name; line: what to tell first of all.

    content: of a file that the store is to keep; None where it keeps it already, or is not to.
    """

    line: str
    rules: Policy | None = None
    file: str = ""
    title: str = ""
    content: str | None = None

    def keep(self, store: Results) -> None:
        """For all commands to come. store: open to write."""
        if self.content is not None:
            store.keep_policy(self.file, self.content)


def choose(
    store: Results | None, homework: str, given: Path | None, without: bool, roster: Roster, once: bool = False
) -> ChosenPolicy:
    """The policy of this file, or the kept one. without: none, for this once; once: a file that is given is not kept.

    store: None as long as there is none. roster: whose ids are the labels that the rules are for. PolicyError where the
    policy cannot be applied to this homework.
    """
    if given and without:
        raise PolicyError("--policy names a policy and --no-policy takes none; leave one of them out")
    kept = store.policy() if store else None
    title = title_of(*kept) if kept else ""
    if without:
        stays = f"; {title} is used again by the next command" if kept else ""
        return ChosenPolicy(f"no policy, for this once: nothing is late{stays}", file=kept[0] if kept else "")
    if given is None and kept is None:
        return ChosenPolicy("no policy: nothing is late")
    file, content = (given.name, policy_file.content_of(given)) if given else kept or ("", "")
    rules = policy_file.parse(content, str(given or f"{file} that is kept in the results")).for_labels(roster)
    counting.due_before(rules, homework, store)
    if (file, content) == kept:
        return ChosenPolicy(f"policy: {title}, kept in the results", rules, file, title)
    own = title_of(file, content)
    if once:
        return ChosenPolicy(f"policy: {own}, for this once", rules, file, own)
    replaced = f", in the place of {title}" if kept else ""
    return ChosenPolicy(f"policy: {own}, kept in the results from now on{replaced}", rules, file, own, content)


def title_of(file: str, content: str) -> str:
    """The file's name, and the beginning of its content's SHA-256, by which two versions are told apart."""
    return f"{file} ({hashlib.sha256(content.encode()).hexdigest()[:8]})"
