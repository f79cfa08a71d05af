"""The messages of a child that does several jobs at once, each handed to those who wait for that job."""

import threading
import time
from collections import deque

from generators.messages import Answer, decode_answer
from workers.child import Child


class Post:
    """Sorts a child's messages by job. Whoever waits and finds nobody reading reads for all.

    Attributes:
        is_spent: Whether the child is not to be given another job.
        ended_for: The job because of which the child was ended while it did others.
    """

    def __init__(self, child: Child) -> None:
        self.is_spent = False
        self.ended_for = ""
        self._child = child
        self._boxes: dict[str, deque[Answer | ValueError]] = {}
        self._news = threading.Condition()
        self._is_read = False

    def open(self, job: str) -> None:
        """Keep the messages of a job from now on."""
        with self._news:
            self._boxes[job] = deque()

    def close(self, job: str) -> None:
        """Drop what still comes for a job."""
        with self._news:
            self._boxes.pop(job, None)

    @property
    def is_idle(self) -> bool:
        """Whether no job is open."""
        with self._news:
            return not self._boxes

    def is_over(self, job: str) -> bool:
        """Return whether the child has hung up and all that it said of a job was received."""
        with self._news:
            return self._child.hung_up and not self._boxes.get(job)

    def receive(self, job: str, timeout: float) -> list[Answer | ValueError]:
        """Return the messages of a job, after waiting for at most `timeout` seconds.

        A ValueError among them says that the child broke the protocol.
        """
        deadline = time.monotonic() + timeout
        while True:
            with self._news:
                box = self._boxes[job]
                if box or self._child.hung_up:
                    found = list(box)
                    box.clear()
                    return found
                left = deadline - time.monotonic()
                if left <= 0:
                    return []
                if self._is_read:
                    self._news.wait(left)
                    continue
                self._is_read = True
            self._read(left)

    def _read(self, timeout: float) -> None:
        """Read once and sort what came; a line that is no message is news for every job."""
        answers: list[Answer | ValueError] = []
        try:
            for line in self._child.lines(timeout):
                answers.append(decode_answer(line))
        except ValueError as error:
            answers.append(error)
        finally:
            with self._news:
                for answer in answers:
                    self._sort(answer)
                self._is_read = False
                self._news.notify_all()

    def _sort(self, answer: Answer | ValueError) -> None:
        for job, box in self._boxes.items():
            if isinstance(answer, ValueError) or answer.job in ("", job):
                box.append(answer)
