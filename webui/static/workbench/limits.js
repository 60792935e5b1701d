// 限期：在用到时钟的环节上改，写进草稿的 limits.yaml，与图一起发布时进入制度的新版本。
const PATH = 'limits.yaml';
const HEAD = '# 与本稿一起发布的限期：发布时写进制度的新版本，不留在流程里。\n';
const VALUE = '("(?:[^"\\\\]|\\\\.)*"|[^",{}\\s]+)';
const ROW = new RegExp(`^\\s*- \\{clock: ${VALUE}, when: ${VALUE}, from: ${VALUE}, to: ${VALUE}\\}\\s*$`, 'gm');
const ANY = /^\s*- /gm;
export const LIMIT = /^(\d{1,4}d|(?=\d)(\d{1,5}h)?(\d{1,6}m)?)?$/;

export class Limits {
  constructor(documents, changed) { Object.assign(this, { documents, changed }); }

  rows() {
    return [...(this.documents[PATH] ?? '').matchAll(ROW)].map(([, ...parts]) => {
      const [clock, when, from, to] = parts.map((one) => (one.startsWith('"') ? JSON.parse(one) : one));
      return { clock, when, from, to };
    });
  }

  // 别人在“文件”里换了写法的，这里不认得就不改，免得丢掉哪一行。
  readable() { return this.rows().length === ((this.documents[PATH] ?? '').match(ANY) ?? []).length; }

  // 草稿里改成什么；没有改的是 undefined。
  get(clock, when) { return this.rows().find((one) => one.clock === clock && one.when === when)?.to; }

  set(policy, clock, when, from, to) {
    const others = this.rows().filter((one) => one.clock !== clock || one.when !== when);
    const rows = to === from ? others : [...others, { clock, when, from, to }];
    const said = rows.map((one) => `  - {clock: ${JSON.stringify(one.clock)}, when: ${JSON.stringify(one.when)}, from: ${JSON.stringify(one.from)}, to: ${JSON.stringify(one.to)}}\n`);
    if (rows.length) this.documents[PATH] = `${HEAD}policy: ${JSON.stringify(policy)}\nlimits:\n${said.join('')}`;
    else delete this.documents[PATH];
    this.changed();
  }
}
