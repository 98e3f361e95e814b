# Nothing cleverer than a list of commands. `make demo` and `make test` are all that a newcomer needs.

VENV   := .venv
BIN    := $(VENV)/bin
PYTHON ?= $(firstword $(foreach v,3.11 3.12 3.13,$(shell command -v python$(v) 2>/dev/null)) python3)
STAMP  := $(VENV)/installed
PEERS  := .peers

.PHONY: install demo test peers lint schemas goldens bench clean

install: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; ok = (3, 11) <= sys.version_info[:2] <= (3, 13); \
	  sys.exit(0 if ok else "error: Python 3.11 to 3.13 is needed, $(PYTHON) is " \
	  + sys.version.split()[0] + " (make PYTHON=/path/to/python3.12)")'
	@command -v c++ >/dev/null || { echo "error: no C++ compiler; fastText builds from source (apt-get install g++)"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[all,dev]'
	@touch $(STAMP)

# make demo                         the whole chain on an invented universe, into runs/demo
# make demo FILINGS=path/to/folder  the same chain on your own raw filings, into runs/filings
demo: install
ifdef FILINGS
	$(BIN)/qhdata run pipelines/recipes/filings.yaml --source '$(FILINGS)' -o runs/filings
else
	$(BIN)/qhdata run pipelines/recipes/demo.yaml -o runs/demo
endif

# make test          everything but the slow tests, under ten minutes on two cores
# make test SLOW=1   everything
test: install
	$(BIN)/python -m pytest $(if $(SLOW),,-m "not slow") $(ARGS)

# make peers         our exports in verl's and verifiers' own readers; they pin older transformers, so they
#                    go on top of what is installed here, in a folder of their own
peers: $(PEERS)/installed
	QHDATA_PEERS=1 $(PEERS)/bin/python -m pytest tests/qhdata/synth/peers $(ARGS)

$(PEERS)/installed: $(STAMP) tests/qhdata/synth/peers/requirements.txt
	$(PYTHON) -m venv --clear $(PEERS)
	@site=$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))'); \
	  own=$$($(PEERS)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))'); \
	  echo "import site; site.addsitedir('$$site')" > $$own/below.pth
	$(PEERS)/bin/python -m pip install --quiet -c constraints.txt -r tests/qhdata/synth/peers/requirements.txt
	@touch $@

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

schemas: install
	$(BIN)/python -m pipelines.schemas schemas

goldens: install
	QHDATA_WRITE_GOLDENS=1 $(BIN)/python -m pytest -m "not slow" -k golden

bench: install
	for script in benchmarks/*.py; do $(BIN)/python $$script || exit 1; done

clean:
	rm -rf $(VENV) $(PEERS) runs build dist
