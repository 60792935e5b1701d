// Builds webui/static/dist and webui/static/icons.svg from the pinned packages.
// Run `npm ci --ignore-scripts && node build.mjs`; the same input gives the same bytes.
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { icons } from './icons.mjs';

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
};

async function bundle(entry) {
  const { metafile } = await build({ ...COMMON, entryPoints: [`${entry}.js`] });
  writeLicences(`${entry}.js`, Object.keys(metafile.inputs));
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
writeSprite();
