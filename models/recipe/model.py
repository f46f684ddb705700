"""The network: a post-norm Transformer in the shape of the Bergamot parent."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from bergamot import Weights
from torch import Tensor, nn
from torch.nn import functional

EPSILON = 1e-6  # Marian's LayerNorm
LONGEST = 256  # positions, in pieces


@dataclass(frozen=True)
class Shape:
    """Sizes of a model; source and target count vocabulary pieces."""

    source: int
    target: int
    languages: int
    width: int = 256
    heads: int = 8
    hidden: int = 1536
    encoder_layers: int = 6
    decoder_layers: int = 2


def positions(length: int, width: int) -> Tensor:
    """Marian's sinusoids: all sines first, then all cosines."""
    half = width // 2
    scale = torch.exp(torch.arange(half) * -(math.log(10000) / (half - 1)))
    angle = torch.arange(length)[:, None] * scale
    return torch.cat([angle.sin(), angle.cos()], dim=1)


class Attention(nn.Module):
    """Multi-head attention with its residual connection and LayerNorm."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.heads = shape.heads
        self.dropout = dropout
        self.query = nn.Linear(shape.width, shape.width)
        self.key = nn.Linear(shape.width, shape.width)
        self.value = nn.Linear(shape.width, shape.width)
        self.out = nn.Linear(shape.width, shape.width)
        self.norm = nn.LayerNorm(shape.width, EPSILON)

    def forward(self, x: Tensor, memory: Tensor, mask: Tensor | None, causal: bool) -> Tensor:
        def split(y: Tensor) -> Tensor:
            # PyTorch 2.13 on a CPU runs this attention's backward pass four times slower in bf16.
            return y.float().unflatten(-1, (self.heads, -1)).transpose(1, 2)

        y = functional.scaled_dot_product_attention(
            split(self.query(x)),
            split(self.key(memory)),
            split(self.value(memory)),
            attn_mask=mask,
            is_causal=causal,
        )
        y = self.out(y.transpose(1, 2).flatten(-2).to(x.dtype))
        return self.norm(x + functional.dropout(y, self.dropout, self.training))


class FeedForward(nn.Module):
    """Two linear layers around a ReLU, with residual connection and LayerNorm."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.dropout = dropout
        self.inner = nn.Linear(shape.width, shape.hidden)
        self.outer = nn.Linear(shape.hidden, shape.width)
        self.norm = nn.LayerNorm(shape.width, EPSILON)

    def forward(self, x: Tensor) -> Tensor:
        y = self.outer(functional.relu(self.inner(x)))
        return self.norm(x + functional.dropout(y, self.dropout, self.training))


class EncoderLayer(nn.Module):
    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.attention = Attention(shape, dropout)
        self.feed_forward = FeedForward(shape, dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        return self.feed_forward(self.attention(x, x, mask, causal=False))


class DecoderLayer(nn.Module):
    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.self_attention = Attention(shape, dropout)
        self.cross_attention = Attention(shape, dropout)
        self.feed_forward = FeedForward(shape, dropout)

    def forward(self, x: Tensor, memory: Tensor, mask: Tensor) -> Tensor:
        x = self.self_attention(x, x, None, causal=True)
        return self.feed_forward(self.cross_attention(x, memory, mask, causal=False))


class Translator(nn.Module):
    """Encoder and decoder; a language's own embedding starts the decoder.

    Target embeddings are tied with the output layer. The rows after the vocabulary's are the
    languages', which are inputs only.
    """

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.shape = shape
        self.dropout = dropout
        self.source = nn.Embedding(shape.source, shape.width)
        self.encoder = nn.ModuleList(
            EncoderLayer(shape, dropout) for _ in range(shape.encoder_layers)
        )
        self.target = nn.Embedding(shape.target + shape.languages, shape.width)
        nn.init.normal_(self.target.weight, std=shape.width**-0.5)
        self.decoder = nn.ModuleList(
            DecoderLayer(shape, dropout) for _ in range(shape.decoder_layers)
        )
        self.bias = nn.Parameter(torch.zeros(shape.target))
        self.register_buffer("positions", positions(LONGEST, shape.width), persistent=False)

    def embed(self, table: nn.Embedding, pieces: Tensor) -> Tensor:
        x = table(pieces) * math.sqrt(self.shape.width) + self.positions[: pieces.shape[1]]
        return functional.dropout(x, self.dropout, self.training)

    def encode(self, x: Tensor, mask: Tensor, first: int, last: int) -> Tensor:
        """Encoder layers `first` to `last` (exclusive); the mask is true where there is text."""
        for layer in self.encoder[first:last]:
            x = layer(x, mask[:, None, None, :])
        return x

    def decode(self, pieces: Tensor, memory: Tensor, mask: Tensor) -> Tensor:
        """Scores of every next piece: batch x length x target vocabulary."""
        x = self.embed(self.target, pieces)
        for layer in self.decoder:
            x = layer(x, memory, mask[:, None, None, :])
        return functional.linear(x, self.target.weight[: self.shape.target], self.bias)


def load_parent(model: Translator, weights: Weights) -> None:
    """Puts what the parent knows into a new model.

    The encoder is taken as it is. The decoder keeps cross-attention and feed-forward layers; the
    parent's recurrent cell gives its input matrix to the values of the new self-attention.
    Decoder layers beyond the parent's start from its last.
    """

    def linear(layer: nn.Linear, matrix: str, bias: str) -> None:
        layer.weight.copy_(torch.from_numpy(weights[matrix]))
        layer.bias.copy_(torch.from_numpy(weights[bias][0]))

    def norm(layer: nn.LayerNorm, name: str) -> None:
        layer.weight.copy_(torch.from_numpy(weights[f"{name}_ln_scale"][0]))
        layer.bias.copy_(torch.from_numpy(weights[f"{name}_ln_bias"][0]))

    def attention(layer: Attention, name: str) -> None:
        for part, letter in zip(
            (layer.query, layer.key, layer.value, layer.out), "qkvo", strict=True
        ):
            linear(part, f"{name}_W{letter}", f"{name}_b{letter}")
        norm(layer.norm, f"{name}_Wo")

    def feed_forward(layer: FeedForward, name: str) -> None:
        linear(layer.inner, f"{name}_W1", f"{name}_b1")
        linear(layer.outer, f"{name}_W2", f"{name}_b2")
        norm(layer.norm, f"{name}_ffn")

    with torch.no_grad():
        model.source.weight.copy_(torch.from_numpy(weights["Wemb"]))
        for i, encoder in enumerate(model.encoder, start=1):
            attention(encoder.attention, f"encoder_l{i}_self")
            feed_forward(encoder.feed_forward, f"encoder_l{i}_ffn")
        last = max(i for i in range(1, 99) if f"decoder_l{i}_ffn_W1" in weights)
        for i, decoder in enumerate(model.decoder, start=1):
            name = f"decoder_l{min(i, last)}"
            attention(decoder.cross_attention, f"{name}_context")
            feed_forward(decoder.feed_forward, f"{name}_ffn")
            own = decoder.self_attention
            own.value.weight.copy_(torch.from_numpy(weights[f"{name}_rnn_W"]))
            own.out.weight.copy_(torch.eye(model.shape.width))
            for part in (own.query, own.key, own.value, own.out):
                part.bias.zero_()
            norm(own.norm, f"{name}_rnn_ffn")


def parent_shape(weights: Weights, target: int, languages: int, decoder_layers: int) -> Shape:
    """The sizes that the parent's tensors have, with a new target side."""
    pieces, width = weights["Wemb"].shape
    return Shape(
        source=pieces,
        target=target,
        languages=languages,
        width=width,
        hidden=weights["encoder_l1_ffn_b1"].shape[1],
        encoder_layers=max(i for i in range(1, 99) if f"encoder_l{i}_ffn_W1" in weights),
        decoder_layers=decoder_layers,
    )
