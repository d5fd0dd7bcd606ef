const hour = 3600e3;

/** 今天 20:00, 昨天 09:05, 11月20日 20:00 – always in China's time, whatever the phone is set to. */
export function sayWhen(instant, now = new Date()) {
  const there = new Date(new Date(instant).getTime() + 8 * hour); // read with the UTC getters below
  const today = Math.floor((now.getTime() + 8 * hour) / (24 * hour));
  const days = today - Math.floor(there.getTime() / (24 * hour));
  const time = `${String(there.getUTCHours()).padStart(2, '0')}:${String(there.getUTCMinutes()).padStart(2, '0')}`;
  const day = days === 0 ? '今天' : days === 1 ? '昨天' : `${there.getUTCMonth() + 1}月${there.getUTCDate()}日`;
  return `${day} ${time}`;
}

/** 3 分 20 秒, 45 秒 */
export function sayLong(seconds) {
  const minutes = Math.floor(seconds / 60);
  return minutes > 0 ? `${minutes} 分 ${String(seconds % 60).padStart(2, '0')} 秒` : `${seconds} 秒`;
}
