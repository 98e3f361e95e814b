from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F

import trainer.model as model
from qhdata.errors import Fault, UserError
from trainer.batches import Piece, make_pack
from trainer.model import Policy, check_attention


def _full_logp(policy: Policy, ids: torch.Tensor) -> torch.Tensor:
    """An independent path: transformers' own logits of one piece alone, fp64."""
    logits = policy.lm(input_ids=ids[None], use_cache=False).logits[0].double()
    return torch.log_softmax(logits, -1)[:-1].gather(1, ids[1:, None])[:, 0]


@pytest.mark.parametrize("chunk_bytes", [1, 4 * 128 * 3, 1 << 22])
def test_chunked_logp_of_packed_pieces_is_the_full_logp_of_each_alone(
    policy: Policy, pieces: list[Piece], chunk_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model, "CHUNK_BYTES", chunk_bytes)
    pack = make_pack([pieces[:3], pieces[3:]])
    found = policy(pack)
    wanted = torch.cat([_full_logp(policy, torch.as_tensor(p.ids)) for p in pieces])
    torch.testing.assert_close(found.double(), wanted, atol=2e-5, rtol=1e-5)


def test_gradients_of_chunked_logp_are_those_of_cross_entropy(
    policy: Policy, piece: Callable[..., Piece], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model, "CHUNK_BYTES", 4 * 128 * 3)
    policy.double()
    ids = torch.as_tensor(piece(20, 1).ids)
    pack = make_pack([[piece(20, 1)]])
    policy(pack, 0.7).sum().backward()
    found = {name: p.grad.clone() for name, p in policy.named() if p.grad is not None}
    policy.zero_grad()
    logits = policy.lm(input_ids=ids[None], use_cache=False).logits[0, :-1] / 0.7
    (-F.cross_entropy(logits, ids[1:], reduction="sum")).backward()
    assert set(found) == {name for name, _ in policy.named()}
    for name, param in policy.named():
        torch.testing.assert_close(found[name], param.grad, atol=1e-9, rtol=1e-7)


def test_the_start_up_check_passes_on_a_sound_model(policy: Policy) -> None:
    check_attention(policy)


def test_the_start_up_check_finds_pieces_that_see_each_other(
    policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = policy.hidden
    monkeypatch.setattr(
        policy, "hidden", lambda ids, positions: hidden(ids, torch.arange(ids.shape[1])[None])
    )
    with pytest.raises(Fault, match="attention leaks"):
        check_attention(policy)


def test_the_start_up_check_finds_attention_that_sees_the_future(
    policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    def seeing(ids: torch.Tensor, positions: torch.Tensor) -> torch.Tensor:
        everything = torch.zeros(1, 1, ids.shape[1], ids.shape[1])
        out = policy.lm.model(
            input_ids=ids, position_ids=positions, attention_mask=everything, use_cache=False
        )
        return out.last_hidden_state

    monkeypatch.setattr(policy, "hidden", seeing)
    with pytest.raises(Fault, match="attention leaks"):
        check_attention(policy)


def test_a_folder_without_a_model_is_one_line(tmp_path) -> None:
    with pytest.raises(UserError, match=r"config\.json"):
        model.load(tmp_path)
