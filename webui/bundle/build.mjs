// Builds webui/static/dist and webui/static/icons.svg from the pinned packages.
// Run `npm ci --ignore-scripts && node build.mjs`; the same input gives the same bytes.
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { hardcoded } from './hardcoded.mjs';
import { icons } from './icons.mjs';
import { known } from './modeler/zh.js';

const DIST = '../static/dist';
const COPIES = {
  'node_modules/@tabler/core/dist/css/tabler.min.css': 'tabler.min.css',
  'node_modules/htmx.org/dist/htmx.min.js': 'htmx.min.js',
  'node_modules/htmx.org/LICENSE': 'licences/htmx.txt',
  'node_modules/@tabler/icons/LICENSE': 'licences/tabler-icons.txt',
  'licences/tabler-core.txt': 'licences/tabler-core.txt', // the package itself carries no licence file
};

function copyFinishedFiles() {
  for (const [from, to] of Object.entries(COPIES)) cpSync(from, `${DIST}/${to}`);
}

const COMMON = {
  outdir: DIST,
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['chrome111', 'firefox113', 'safari16.4'],
  metafile: true,
  logLevel: 'warning',
  loader: { '.woff2': 'file' },
  assetNames: 'fonts/[name]',
};

async function bundle(entry, plugins = []) {
  const { metafile } = await build({ ...COMMON, entryPoints: [`${entry}.js`], plugins });
  writeLicences(`${entry}.js`, Object.keys(metafile.inputs));
  return Object.keys(metafile.inputs);
}

// One font format is enough for the browsers we build for.
const oneFont = {
  name: 'one-font',
  setup(build) {
    build.onLoad({ filter: /bpmn-font[/\\]css[/\\]bpmn\.css$/ }, ({ path }) => ({
      loader: 'css',
      contents: readFileSync(path, 'utf8').replace(/src: url\([\s\S]*?;\s*src: url\([\s\S]*?;/, "src: url('../font/bpmn.woff2') format('woff2');"),
    }));
  },
};

const inChinese = {
  name: 'in-chinese',
  setup(build) {
    build.onLoad({ filter: /node_modules.*\.js$/ }, ({ path }) => {
      const file = Object.keys(hardcoded).find((one) => path.replaceAll('\\', '/').endsWith(`node_modules/${one}`));
      if (!file) return undefined;
      let contents = readFileSync(path, 'utf8');
      for (const [from, to] of hardcoded[file]) {
        if (!contents.includes(from)) throw new Error(`${file} 里已没有“${from}”：改正 hardcoded.mjs`);
        contents = contents.replaceAll(from, to);
      }
      return { contents };
    });
  },
};

// A literal that a bundled source hands to the translator must be in our dictionary.
function refuseUntranslated(inputs) {
  const sources = inputs.filter((path) => path.endsWith('.js') && path.includes('node_modules/'));
  const literals = sources.flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/\b_?translate\((?:'([^'\n]+)'|"([^"\n]+)")\s*[,)]/g)]);
  const labels = sources.filter((path) => path.endsWith('PopupEntries.js') || path.endsWith('ReplaceOptions.js'))
    .flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/^\s*label: '([^']+)'/gm)]);
  const unknown = [...literals, ...labels].map((match) => match[1] ?? match[2])
    .filter((text) => !/^\s*\+/.test(text) && text !== 'HELLO {you}' && known(text) === undefined); // not `'translate(' + x`
  if (unknown.length) throw new Error(`没有译文：${[...new Set(unknown)].join('；')}。补进 modeler/zh.js`);
}

// Every package that went into a bundle asks to be named beside it.
function writeLicences(file, inputs) {
  const packages = new Set(inputs.map((path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1]).filter(Boolean));
  const texts = [...packages].sort().map((name) => {
    const folder = `node_modules/${name}`;
    const { version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    const licence = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    return `${name} ${version} (${license})\n\n${licence ? readFileSync(`${folder}/${licence}`, 'utf8').trim() : ''}\n`;
  });
  writeFileSync(`${DIST}/${file}.LEGAL.txt`, texts.join(`\n${'-'.repeat(72)}\n\n`));
}

function symbol(name) {
  const svg = readFileSync(`node_modules/@tabler/icons/icons/outline/${name}.svg`, 'utf8');
  const shapes = [...svg.matchAll(/<(?:path|circle|rect|line|polyline|ellipse)\b[^>]*\/>/g)].map((match) => match[0]);
  return `<symbol id="${name}" viewBox="0 0 24 24">${shapes.join('')}</symbol>`;
}

function writeSprite() {
  const symbols = [...icons].sort().map(symbol);
  const head = '<!-- Tabler Icons, MIT licence: dist/licences/tabler-icons.txt -->';
  writeFileSync('../static/icons.svg',
    `<svg xmlns="http://www.w3.org/2000/svg">${head}\n${symbols.join('\n')}\n</svg>\n`);
}

rmSync(DIST, { recursive: true, force: true });
mkdirSync(`${DIST}/licences`, { recursive: true });
copyFinishedFiles();
await bundle('viewer');
await bundle('charts');
refuseUntranslated(await bundle('modeler', [oneFont, inChinese]));
writeSprite();
