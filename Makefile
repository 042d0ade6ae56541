# make up    the whole product on http://localhost:8000/ (HELPDESK_PORT changes it)
# make test  everything that is checked before a change is accepted
.POSIX:

PYTHON = python3
VENV = .venv
READY = $(VENV)/ready
RUN = $(VENV)/bin/python

up: $(READY)
	@exec $(RUN) manage.py up

test: $(READY)
	@exec $(RUN) -m helpdesk.runtime run --tests -- python manage.py verify

venv: $(READY)

# Both pip and uv install the same hashed lock; uv needs a quarter of the time. It never fetches a Python.
$(READY): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Python 3.11 or newer is needed; $(PYTHON) is: `$(PYTHON) --version 2>&1`."; \
	  echo "Name another one like this: make up PYTHON=/path/to/python3.12"; exit 1; }
	@$(RUN) -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Making $(VENV) ..."; rm -rf $(VENV); $(PYTHON) -m venv $(VENV) || { \
	  echo "$(PYTHON) has no venv module (on Debian: apt-get install python3-venv)."; exit 1; }; }
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > $(VENV)/uv.txt
	@echo "Installing what requirements.lock names ..."
	@if $(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r $(VENV)/uv.txt \
	  && UV_NO_PROGRESS=1 $(VENV)/bin/uv pip sync --quiet --python $(RUN) --no-python-downloads \
	    --require-hashes requirements.lock; then :; \
	else \
	  echo "uv did not manage it, pip tries (slower) ..."; \
	  $(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock; fi
	@touch $(READY)

# After a change of the dependencies in pyproject.toml.
lock: $(READY)
	$(VENV)/bin/uv pip compile --quiet pyproject.toml --group dev --universal --generate-hashes \
	  --no-emit-index-url --no-header -o requirements.lock

.PHONY: up test venv lock
