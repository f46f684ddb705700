"""One package at work: all sentences of a run in one batched CTranslate2 call.

What goes in and comes out is as in `argostranslate.translate.apply_packaged_translation`
(argos-translate-lt 1.12): the package's tokenizer, its target prefix, a length penalty of 0.2,
unknown words copied from the source. What differs is what made that slow or wrong: sentences are
not split again, one hypothesis is made instead of four, nothing too long is cut off.
"""

import contextlib
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from subtitler.errors import SubtitlerError
from subtitler.translation.clauses import join_clauses, split_clauses
from subtitler.translation.packages import Package

# Called with the sentences done and the sentences there are.
Progress = Callable[[int, int], None]

# A batch of this many source pieces fills the cores with a memory of some 100 MB.
BATCH_TOKENS = 1024
# Models are trained on sentences; a small one loses the thread in longer ones than this.
MAX_SOURCE_TOKENS = 150
MAX_TARGET_TOKENS = 256
LENGTH_PENALTY = 0.2


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
        cores = _cores()
        try:
            # Small matrices gain more from sentences side by side than from shared products.
            self._translator: Any = ctranslate2.Translator(
                str(folder / "model"),
                device="cpu",
                inter_threads=cores,
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
        except (RuntimeError, OSError, ValueError) as problem:
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
        """
        while True:
            try:
                return self._translate(sentences, decoding, progress)
            except RuntimeError as problem:
                # Only the model knows how many positions it has; it says so when asked for more.
                limit = re.search(r"encodings are defined for positions >= (\d+)", str(problem))
                if limit is None or self._max_tokens <= 8:
                    raise
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

        prefix = self.package.target_prefix
        results = self._translator.translate_batch(
            tokens,
            target_prefix=[[prefix]] * len(tokens) if prefix else None,
            max_batch_size=BATCH_TOKENS,
            batch_type="tokens",
            asynchronous=True,  # one call all the same; this way its progress can be seen
            beam_size=max(decoding.beam_size, decoding.num_hypotheses),
            num_hypotheses=decoding.num_hypotheses,
            length_penalty=LENGTH_PENALTY,
            repetition_penalty=decoding.repetition_penalty,
            no_repeat_ngram_size=decoding.no_repeat_ngram_size,
            max_input_length=0,
            max_decoding_length=MAX_TARGET_TOKENS,
            replace_unknowns=True,
        )
        decoded: list[list[str]] = [[] for _ in pieces]
        # CTranslate2 sorts by length and begins with the longest.
        for done, i in enumerate(sorted(range(len(pieces)), key=lambda i: -len(tokens[i])), 1):
            decoded[i] = [self._text(h, pieces[i]) for h in results[i].result().hypotheses]
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


def _nth(hypotheses: list[str], n: int) -> str:
    return hypotheses[min(n, len(hypotheses) - 1)] if hypotheses else ""


def _cores() -> int:
    with contextlib.suppress(AttributeError):  # not on macOS and Windows
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _first_line(problem: Exception) -> str:
    return str(problem).strip().partition("\n")[0].rstrip(".") or type(problem).__name__
