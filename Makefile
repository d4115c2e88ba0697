# make demo: install, index the sample, ask it.   make test: lint, types, the whole suite.   make soak: the long runs.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEMO_HOME := embeddings/index/demo
export TOKENIZERS_PARALLELISM := false

.PHONY: demo test lint soak light clean

# torch first and pinned: any other wish for it would fetch several gigabytes.
$(READY): pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "make: $(PYTHON) is missing; install Python 3.11 or set PYTHON=…" >&2; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet torch==2.13.0
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@

demo: $(READY)
	@NPCBOT_HOME=$(DEMO_HOME) sh -e -c '\
	  echo "$$ npcbot index src/npcbot/sample"; $(BIN)/npcbot index src/npcbot/sample; \
	  for question in "五年来制定了多少部法律？" "How often does the Standing Committee meet?"; do \
	    echo; echo "$$ npcbot ask \"$$question\""; $(BIN)/npcbot ask -k 2 "$$question"; done; \
	  if [ -t 0 ] && [ -t 1 ]; then echo; echo "Ask on (an empty line ends it):"; $(BIN)/npcbot chat; fi'

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: lint
	$(BIN)/pytest -m "not soak" -n 2

soak: $(READY)
	$(BIN)/python -m pip install --quiet --editable '.[dev,convert]'
	$(BIN)/pytest -m soak -v

clean:
	rm -rf $(VENV) embeddings/index .pytest_cache .mypy_cache .ruff_cache
