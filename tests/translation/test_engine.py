from pathlib import Path

import pytest

from subtitler.errors import SubtitlerError
from subtitler.translation.engine import Decoding, Engine
from subtitler.translation.packages import list_packages

from .tiny import make_package


def load(folder: Path) -> Engine:
    return Engine(list_packages(folder)[0])


@pytest.fixture(scope="module")
def engine(models: Path) -> Engine:
    return load(models / "en_sq")


def test_sentences_come_back_in_their_order(engine: Engine) -> None:
    sentences = ["A man.", "The name of the game, again.", "x", "Hello there!"]
    assert engine.translate(sentences) == [
        ["A mën."],
        ["Tha nëma of tha gëma, ëgëin."],
        ["x"],
        ["Hallo thara!"],
    ]
    assert engine.translate([]) == []


def test_as_argos_translates(models: Path, engine: Engine) -> None:
    """The same package in plain Argos Translate gives the same text."""
    import ctranslate2
    from argostranslate import translate
    from argostranslate.package import Package

    class NoSplitting:
        def split_sentences(self, text: str) -> list[str]:
            return [text]

    folder = models / "en_sq"
    model = ctranslate2.Translator(str(folder / "model"))
    for sentence in ("The name: “KFOR”, 1,244 men – again?", "Ünknown letters, $5"):
        [hypothesis] = translate.apply_packaged_translation(
            Package(folder), sentence, model, NoSplitting(), num_hypotheses=1
        )
        assert engine.translate([sentence]) == [[hypothesis.value]]


def test_the_same_every_time_and_in_any_company(engine: Engine) -> None:
    sentences = [f"The man said {n} times that peace is near." for n in range(40)]
    together = engine.translate(sentences)
    assert together == engine.translate(sentences)
    assert together[7] == engine.translate([sentences[7]])[0]


def test_progress_reaches_the_end(engine: Engine) -> None:
    seen: list[tuple[int, int]] = []
    engine.translate(["A sentence of some length."] * 40, progress=lambda *now: seen.append(now))
    assert seen[-1] == (40, 40)
    assert len(seen) > 1
    assert seen == sorted(seen)


def test_hypotheses(engine: Engine) -> None:
    [hypotheses] = engine.translate(["Peace."], Decoding(beam_size=2, num_hypotheses=3))
    assert hypotheses[0] == "Paëca."
    assert len(hypotheses) == 3


def test_a_long_sentence_is_translated_whole(engine: Engine) -> None:
    sentence = (
        "We came here today, and we talked; the talks went well, because everybody wanted it, "
    ) * 12 + "at last."
    [[text]] = engine.translate([sentence])
    assert text == sentence.replace("e", "\0").replace("a", "ë").replace("\0", "a")
    [[text]] = engine.translate(["long" * 300])
    assert text.replace(" ", "") == "long" * 300


def test_a_sentence_longer_than_the_model_has_positions(tmp_path: Path) -> None:
    engine = load(make_package(tmp_path / "short", positions=32))
    sentence = "This sentence has more pieces, by far, than that model has positions."
    assert engine.translate(["Short.", sentence]) == [["Short."], [sentence]]


def test_underscores_of_the_source_stay(engine: Engine) -> None:
    assert engine.translate(["Mail jo_do@un.org now"]) == [["Mëil jo_do@un.org now"]]


def test_an_old_package_with_bpe(tmp_path: Path) -> None:
    folder = make_package(tmp_path / "bpe", bpe=True, table={"o@@": "a@@"})
    assert load(folder).translate(["Good morning, Kosovo!"]) == [["Gaad marning, Kasavo!"]]
    # Argos Translate makes folders in the home when its settings are imported.
    assert not (tmp_path / "xdg_data_home").exists()


def test_target_prefix(tmp_path: Path) -> None:
    folder = make_package(
        tmp_path / "prefixed",
        words="__sq__ alpha beta gamma delta",
        metadata={"target_prefix": "▁__sq__"},
        table={"▁alpha": "▁gamma"},
    )
    # The model copies by position, and the prefix takes the first.
    assert load(folder).translate(["alpha alpha beta"]) == [["gamma beta"]]


def test_a_model_that_cannot_be_loaded(tmp_path: Path) -> None:
    folder = make_package(tmp_path / "bad")
    (folder / "model" / "model.bin").write_bytes(b"no model")
    with pytest.raises(SubtitlerError, match=r"The model of .*bad cannot be loaded: .+\."):
        load(folder)


def test_a_vocabulary_of_another_model(tmp_path: Path) -> None:
    """The model can be loaded; that a word has no name shows when it is needed."""
    folder = make_package(tmp_path / "bad")
    (folder / "model" / "shared_vocabulary.json").write_text('["<unk>", "a"]')
    with pytest.raises(SubtitlerError, match=r"model of .*bad fails \(Invalid token .*\): install"):
        load(folder).translate(["A man."])


def test_a_tokenizer_that_cannot_be_loaded(tmp_path: Path) -> None:
    folder = make_package(tmp_path / "bad")
    (folder / "sentencepiece.model").write_bytes(b"no tokenizer")
    with pytest.raises(SubtitlerError, match=r"The tokenizer of .*bad cannot be loaded: .+\."):
        load(folder)
    (folder / "sentencepiece.model").unlink()
    (folder / "bpe.model").write_text("one line of too many words")
    with pytest.raises(SubtitlerError, match=r"The tokenizer of .*bad cannot be loaded: .+\."):
        load(folder)
