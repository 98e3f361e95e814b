from __future__ import annotations

import pytest

from qhdata.chat import Tokenizer
from qhdata.shards.vocabulary import VocabularySettings, train_tokenizer

TEXTS = [
    "| Assets | 352,583 | 1,234 |\nThe company reported total assets of 352583 in FY2024.\n",
    '{"name": "get_fact", "arguments": {"concept": "Assets", "period": "2024"}}',
    'get_fact(concept="Assets",period="2024") 净利润为 12 亿元。\n\nsystem user assistant tool',
]


@pytest.fixture(scope="session")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Tokenizer:
    folder = tmp_path_factory.mktemp("tokenizer")
    return train_tokenizer(TEXTS * 20, folder, VocabularySettings(size=420))
