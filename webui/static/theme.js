// 在首次绘制前定下浅色或深色，避免闪烁。选择存在本机：light、dark、auto。
(() => {
  const root = document.documentElement;
  const system = matchMedia('(prefers-color-scheme: dark)');
  const chosen = () => {
    try { return localStorage.getItem('k-theme') || 'auto'; } catch { return 'auto'; }
  };
  const apply = () => {
    const choice = chosen();
    root.dataset.themeChoice = choice;
    root.dataset.bsTheme = choice === 'auto' ? (system.matches ? 'dark' : 'light') : choice;
  };
  window.kTheme = {
    next() {
      const order = ['auto', 'light', 'dark'];
      const choice = order[(order.indexOf(chosen()) + 1) % order.length];
      try { localStorage.setItem('k-theme', choice); } catch { /* 隐私模式：只在本页有效 */ }
      apply();
    },
  };
  system.addEventListener('change', apply);
  apply();
})();
