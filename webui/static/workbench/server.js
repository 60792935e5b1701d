// 与服务器的来往：停笔后先检查、再保存；别人先保存时，两稿都留着。
const CHECK_AFTER = 500;
const SAVE_AFTER = 2000;

export class Server {
  constructor(data, collect, heard) {
    Object.assign(this, { data, collect, heard, dirty: false, changes: 0, saving: null });
    addEventListener('beforeunload', (event) => { if (this.dirty) event.preventDefault(); });
  }

  changed() {
    this.dirty = true;
    this.changes += 1;
    this.heard.status('未保存', '');
    clearTimeout(this.checkTimer);
    clearTimeout(this.saveTimer);
    this.checkTimer = setTimeout(() => this.check(), CHECK_AFTER);
    this.saveTimer = setTimeout(() => this.save(), SAVE_AFTER);
  }

  async check() {
    const asked = this.changes;
    const answer = await this.post(this.data.urls.check);
    if (answer?.body.problems && asked === this.changes) this.heard.problems(answer.body);
    return answer;
  }

  // 一次只有一个保存在途；其间又有改动的，随后再存一次。
  async save() {
    clearTimeout(this.saveTimer);
    if (this.saving) await this.saving;
    if (!this.dirty) return true;
    this.saving = this.send();
    try { return await this.saving; } finally { this.saving = null; }
  }

  async send() {
    const asked = this.changes;
    this.heard.status('正在保存', '');
    const answer = await this.post(this.data.urls.save);
    if (!answer) return this.failed('连不上服务器，改动还在这一页上，会再试', true);
    const { ok, body } = answer;
    if (body.overtaken) return this.overtaken(body, asked);
    if (!ok) return this.failed(`${body.text ?? '没有保存'}${body.remedy ?? ''}`, false);
    this.data.revision = body.revision;
    for (const field of document.querySelectorAll('[data-bench-revision]')) field.value = body.revision; // 放弃草稿用的是这一稿
    this.settle(asked);
    this.heard.status(body.saved, 'ok');
    return true;
  }

  settle(asked) { this.dirty = asked !== this.changes; }

  overtaken(body, asked) {
    this.settle(asked); // 已另存
    this.heard.overtaken(body.overtaken, body.url);
    return false;
  }

  failed(what, again) {
    this.heard.status(what, 'late');
    if (again) this.saveTimer = setTimeout(() => this.save(), 5 * SAVE_AFTER);
    return false;
  }

  async post(url) {
    const token = JSON.parse(document.body.getAttribute('hx-headers'))['X-CSRFToken'];
    const headers = { 'Content-Type': 'application/json', Accept: 'application/json', 'X-CSRFToken': token };
    try {
      const documents = await this.collect();
      const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ revision: this.data.revision, documents }) });
      return { ok: response.ok, body: await response.json() };
    } catch {
      return null;
    }
  }
}
