"""The life of an object as one declared table: read it and you know it."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any, ClassVar

from .errors import ActionRefused


class Workflow:
    """A state machine.

    ``transitions`` maps each verb to (states it leaves, state it reaches); ``field`` names the field of the state.
    """

    field: ClassVar[str] = "etat"
    transitions: ClassVar[Mapping[str, tuple[Set[str], str]]] = {}
    refusal: ClassVar[str] = "Cette action n'est plus possible : la situation a changé depuis l'affichage de la page."

    @classmethod
    def can(cls, verb: str, state: str) -> bool:
        """:raises KeyError: unknown verb."""
        return state in cls.transitions[verb][0]

    @classmethod
    def apply(cls, instance: Any, verb: str) -> None:
        """Set the state reached, without saving.

        :raises ActionRefused: the present state forbids it.
        """
        state = getattr(instance, cls.field)
        if not cls.can(verb, state):
            raise ActionRefused(cls.refusal, verb=verb, etat=str(state))
        setattr(instance, cls.field, cls.transitions[verb][1])

    @classmethod
    def verbs(cls, state: str) -> frozenset[str]:
        """List what may be done from a state."""
        return frozenset(verb for verb in cls.transitions if cls.can(verb, state))
