"""One package at work: all sentences of a run at once, in batches of CTranslate2.

What goes in and comes out is as in `argostranslate.translate.apply_packaged_translation`
(argos-translate-lt 1.12): the package's tokenizer, its target prefix, a length penalty of 0.2,
unknown words copied from the source. What differs is what made that slow or wrong: sentences are
not split again, one hypothesis is made instead of four, nothing too long is cut off.
"""

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from subtitler.cores import core_count
from subtitler.data import Progress
from subtitler.errors import SubtitlerError
from subtitler.translation.clauses import join_clauses, split_clauses
from subtitler.translation.packages import Package

# A batch of so many source pieces keeps a core busy for about half a second.
BATCH_TOKENS = 512
# Models are trained on sentences; a small one loses the thread in longer ones than this.
MAX_SOURCE_TOKENS = 150
MAX_TARGET_TOKENS = 256
# With the project's packages 1.0 is better than Argos's 0.2 on the development part of the corpus:
# chrF 60.0 instead of 59.8 for Albanian, 56.8 instead of 56.6 for Serbian (2026-11-24).
LENGTH_PENALTY = 1.0


@dataclass(frozen=True, slots=True)
class Decoding:
    """How the decoder searches: CTranslate2's options of the same names."""

    beam_size: int = 4
    num_hypotheses: int = 1
    repetition_penalty: float = 1.0
    no_repeat_ngram_size: int = 0


class Engine:
    """A loaded package.

    Raises:
        SubtitlerError: the package cannot be unpacked, or its model or tokenizer cannot be loaded.
    """

    def __init__(self, package: Package) -> None:
        # Takes 0.2 s, which `--help` and a run that fails early need not wait for.
        import ctranslate2
        from argostranslate.tokenizer import BPETokenizer, SentencePieceTokenizer

        self.package = package
        folder = package.folder()
        self._cores = core_count()
        try:
            # Small matrices gain more from sentences side by side than from shared products.
            self._translator: Any = ctranslate2.Translator(
                str(folder / "model"),
                device="cpu",
                inter_threads=self._cores,
                intra_threads=1,
                max_queued_batches=-1,
            )
        except (RuntimeError, ValueError) as problem:
            raise SubtitlerError(
                f"The model of {package.path} cannot be loaded: {_first_line(problem)}."
            ) from problem
        if (folder / "sentencepiece.model").is_file():
            self._tokenizer: Any = SentencePieceTokenizer(folder / "sentencepiece.model")
        else:
            self._tokenizer = BPETokenizer(folder / "bpe.model", package.from_code, package.to_code)
        try:
            self._tokenizer.encode("a")
        except (RuntimeError, OSError, ValueError, SystemExit) as problem:
            # The reader of bpe.model ends the program when it meets a bad line.
            raise SubtitlerError(
                f"The tokenizer of {package.path} cannot be loaded: {_first_line(problem)}."
            ) from problem
        self._max_tokens = MAX_SOURCE_TOKENS

    def translate(
        self,
        sentences: Sequence[str],
        decoding: Decoding = Decoding(),
        progress: Progress | None = None,
    ) -> list[list[str]]:
        """The hypotheses for each sentence, best first; the same input gives the same output.

        A sentence longer than the model can take is translated clause by clause.

        Raises:
            SubtitlerError: the model fails, or its vocabulary is that of another one.
        """
        while True:
            try:
                return self._translate(sentences, decoding, progress)
            except RuntimeError as problem:
                # Only the model knows how many positions it has; it says so when asked for more.
                limit = re.search(r"encodings are defined for positions >= (\d+)", str(problem))
                if limit is None or self._max_tokens <= 8:
                    raise self._fails(problem) from problem
                # A translation may be half as long again as its source.
                self._max_tokens = min(int(limit[1]) * 2 // 3, self._max_tokens // 2)

    def _translate(
        self, sentences: Sequence[str], decoding: Decoding, progress: Progress | None
    ) -> list[list[str]]:
        pieces: list[str] = []
        tokens: list[list[str]] = []
        ranges: list[range] = []
        for sentence in sentences:
            parts = split_clauses(" ".join(sentence.split()), self._fits)
            ranges.append(range(len(pieces), len(pieces) + len(parts)))
            pieces += parts
            tokens += [self._tokenizer.encode(part) for part in parts]
        if not pieces:
            return [[""] for _ in sentences]

        decoded: list[list[str]] = [[] for _ in pieces]
        done = 0
        for batch, results in self._decode(tokens, decoding):
            for i, result in zip(batch, results, strict=True):
                decoded[i] = [self._text(hypothesis, pieces[i]) for hypothesis in result.hypotheses]
            done += len(batch)
            if progress is not None:
                progress(done * len(sentences) // len(pieces), len(sentences))
        return [
            [
                join_clauses([pieces[i] for i in span], [_nth(decoded[i], n) for i in span])
                for n in range(max((len(decoded[i]) for i in span), default=0))
            ]
            or [""]
            for span in ranges
        ]

    def _decode(
        self, tokens: Sequence[Sequence[str]], decoding: Decoding
    ) -> Iterator[tuple[list[int], list[Any]]]:
        """Batches of indices with CTranslate2's results.

        This is what `translate_batch` with `max_batch_size` does in one call. But that call, once
        made, cannot be left: Ctrl-C would wait for the last sentence. So no more is in the queue
        than keeps every core busy.
        """
        prefix = self.package.target_prefix
        waiting: deque[tuple[list[int], list[Any]]] = deque()
        for batch in _batches(tokens):
            results = self._translator.translate_batch(
                [tokens[i] for i in batch],
                target_prefix=[[prefix]] * len(batch) if prefix else None,
                asynchronous=True,
                beam_size=max(decoding.beam_size, decoding.num_hypotheses),
                num_hypotheses=decoding.num_hypotheses,
                length_penalty=LENGTH_PENALTY,
                repetition_penalty=decoding.repetition_penalty,
                no_repeat_ngram_size=decoding.no_repeat_ngram_size,
                max_input_length=0,
                max_decoding_length=MAX_TARGET_TOKENS,
                replace_unknowns=True,
            )
            waiting.append((batch, results))
            if len(waiting) > 2 * self._cores:
                yield self._finished(*waiting.popleft())
        while waiting:
            yield self._finished(*waiting.popleft())

    def _finished(self, batch: list[int], results: Sequence[Any]) -> tuple[list[int], list[Any]]:
        try:
            return batch, [result.result() for result in results]
        except ValueError as problem:
            # That the vocabulary is too short shows only where a word that it lacks is met.
            raise self._fails(problem) from problem

    def _fails(self, problem: BaseException) -> SubtitlerError:
        return SubtitlerError(
            f"The model of {self.package.path} fails ({_first_line(problem)}): install the package"
            " again, or use another one."
        )

    def _fits(self, text: str) -> bool:
        return len(self._tokenizer.encode(text)) <= self._max_tokens

    def _text(self, tokens: list[str], source: str) -> str:
        """The text of target pieces, as Argos joins them."""
        if tokens[:1] == [self.package.target_prefix]:
            tokens = tokens[1:]
        text = str(self._tokenizer.decode(tokens))
        if "_" in source and "_" in "".join(tokens) and hasattr(self._tokenizer, "processor"):
            # Argos turns every underscore into a space, those of addresses and names too.
            text = str(self._tokenizer.processor.decode_pieces(tokens)).replace("▁", " ")
        return text.strip()


def _batches(tokens: Sequence[Sequence[str]]) -> Iterator[list[int]]:
    """Indices of sentences of about the same length, the longest first.

    With its padding a batch has BATCH_TOKENS at the most. The longest take longest, so that at
    the end all cores finish at about the same time.
    """
    batch: list[int] = []
    for i in sorted(range(len(tokens)), key=lambda i: -len(tokens[i])):
        if batch and len(tokens[batch[0]]) * (len(batch) + 1) > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


def _nth(hypotheses: list[str], n: int) -> str:
    return hypotheses[min(n, len(hypotheses) - 1)] if hypotheses else ""


def _first_line(problem: BaseException) -> str:
    return str(problem).strip().partition("\n")[0].rstrip(".") or type(problem).__name__
