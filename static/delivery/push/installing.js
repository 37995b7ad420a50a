/** The service worker, once a page is at rest; and what this device forgets when somebody leaves. */

const workers = navigator.serviceWorker;

if (workers) {
  addEventListener("load", () => workers.register("/sw.js").catch(() => {}), { once: true });
}

/** Take back what was shown on this device, and let nobody tell it anything. */
export async function forgetDevice() {
  const registration = await workers?.getRegistration();
  for (const shown of (await registration?.getNotifications?.()) ?? []) shown.close();
  const subscription = await registration?.pushManager?.getSubscription();
  await subscription?.unsubscribe();
}
