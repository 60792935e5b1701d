// Tabler icons in use; a template names one of these in icon('name').
export const icons = [
  'adjustments', 'alert-circle', 'alert-triangle', 'arrow-back-up', 'arrow-down', 'arrow-right', 'arrow-up',
  'arrows-diff', 'arrows-sort', 'ban', 'bell', 'bell-ringing', 'bolt', 'book', 'bookmark', 'building',
  'building-community', 'calendar', 'chart-bar', 'check', 'checks', 'chevron-down', 'chevron-left', 'chevron-right',
  'circle-check', 'clock', 'copy', 'device-desktop', 'dots', 'download', 'edit', 'external-link', 'eye', 'eye-off', 'file-plus',
  'file-spreadsheet', 'file-text', 'file-type-pdf', 'file-zip', 'filter', 'focus-2', 'hand-stop', 'help', 'history', 'id', 'inbox',
  'info-circle', 'key', 'keyboard', 'list-details', 'link', 'lock', 'lock-open', 'login', 'logout', 'mail', 'menu-2',
  'message-report', 'minus',
  'moon', 'paperclip', 'pencil', 'phone', 'player-pause', 'player-play', 'player-stop', 'plus', 'power',
  'printer', 'refresh', 'rotate', 'scale', 'search', 'send', 'settings', 'shield-check', 'sitemap',
  'snowflake', 'sun', 'transfer', 'trash', 'upload', 'user', 'user-check', 'user-plus', 'users',
  'writing-sign', 'x', 'zoom-in', 'zoom-out',
];
