// Keys for mutter as GNOME's portal sends them: by `org.gnome.Mutter.RemoteDesktop`. Each session of the portal is one of mutter's, whose
// keyboard is there from its start.
import dbus from 'dbus-next';

const { Message } = dbus;
const NAME = 'org.gnome.Mutter.RemoteDesktop';

export function mutterKeyboard(bus) {
  const call = (path, face, member, signature = '', body = []) =>
    bus.call(new Message({ destination: NAME, path, interface: face, member, signature, body }));
  return {
    async start() {
      const { body } = await call('/org/gnome/Mutter/RemoteDesktop', NAME, 'CreateSession');
      await call(body[0], `${NAME}.Session`, 'Start');
      return body[0];
    },
    async press(session, keysym, isDown) {
      await call(session, `${NAME}.Session`, 'NotifyKeyboardKeysym', 'ub', [keysym, isDown]);
    },
  };
}
