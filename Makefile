# Two commands do everything: `make run` and `make test`. Both set up first.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help

.venv/.ready: requirements.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "需要 Python 3.11 或更高版本")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	touch $@

.PHONY: setup run test check bench format help

setup: .venv/.ready ## 建立 .venv，安装固定版本的依赖和 countersign 命令

run: setup ## 启动：空库时建演示数据，打印网址（端口用环境变量 PORT）
	$(BIN)/countersign run --demo

test: setup ## 跑全部测试（SQLite 和自带的 PostgreSQL）
	$(BIN)/python -m pytest -n auto --dist loadgroup

check: setup ## 格式、静态检查、类型、导入方向、流程图、前端文件
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/countersign check
	webui/bundle/check

bench: setup ## 速度：与同一次运行中的参照相比
	$(BIN)/python -m tests.benchmarks

format: setup ## 按规则整理代码
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

help: ## 列出这些命令
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
