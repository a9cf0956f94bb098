// 网页上的中文文字；键与 en.js 相同（tsc 和测试都会检查）。

/** @type {Record<keyof typeof import('./en.js').en, string>} */
export const zhCN = {
  'title': 'zerortc – 视频通话',
  'other-language': 'English',

  // 通话之前
  'lobby-heading': '视频通话',
  'lobby-lead': '给房间起个名字，然后加入。谁打开同一个房间，谁就和您通话。',
  'invited-heading': '有人邀请您通话',
  'invited-lead': '准备好了就加入。浏览器会询问是否允许使用摄像头和麦克风。',
  'room': '房间',
  'new-name': '换个名字',
  'join': '加入',
  'preview': '您的画面',
  'preview-empty': '加入之前，摄像头是关着的。',
  'preview-off': '您的摄像头关着。',
  'preview-start': '试试摄像头',
  'room-missing': '请给房间起个名字。',
  'room-too-long': '名字太长了。',
  'room-unusable': '这个名字不能用，请换一个。',
  'pin': 'PIN 码',
  'pin-missing': '这个房间有 PIN 码，请问问房间里的人。',
  'pin-wrong': '这个 PIN 码打不开房间。',

  // 按钮
  'controls': '通话控制',
  'mute': '静音',
  'camera-off': '关闭摄像头',
  'copy-link': '复制链接',
  'copied': '链接已复制',
  'leave': '离开',
  'own-picture': '您自己的画面',
  'other-picture': '对方',
  'other-no-camera': '对方没有摄像头。',

  // 等待对方
  'invite-heading': '对方还没有来',
  'left-heading': '房间里只有您一个人',
  'invite-text': '把这个链接发给您要通话的人：',
  'invite-link': '本房间的链接',
  'invite-local': '这个链接只能在本机打开。要让别的设备加入，请改用服务器启动时打印的地址打开本页。',

  'lock': '给房间设个 PIN 码（可以不设）',
  'lock-set': '设置',
  'locked': '本房间的 PIN 码现在是 {pin}，请告诉您邀请的人。',

  // 多人通话
  'tile-connecting': '正在接通…',
  'tile-interrupted': '通话中断',
  'tile-failed': '没有接通',
  'tile-no-camera': '没有摄像头',
  'tile-away': '与服务器的连接断了',

  // 状态
  'asking': '请在浏览器里允许使用摄像头和麦克风。',
  'connecting': '正在连接服务器…',
  'server-gone': '服务器没有响应，正在重试…',
  'waiting': '正在等待对方…',
  'other-left': '对方已离开，您还在房间里。',
  'calling': '对方来了，正在接通…',
  'in-call': '通话中。',
  'in-call-without-server': '通话中。服务器没有响应，正在重试…',
  'in-call-other-away': '通话中。对方与服务器的连接断了。',
  'interrupted': '通话中断，正在等待恢复…',
  'failed': '通话没有接通。',
  'you-left': '您已离开房间。',

  // 消息：发生了什么、意味着什么、怎么办
  'try-again': '重试',
  'try-now': '立即重试',
  'join-without': '仍然加入',
  'use-here': '在这里继续',
  'start-sound': '播放声音',
  'test': '测试通话条件',
  'close': '关闭',

  'insecure-title': '浏览器不让本页使用摄像头',
  'insecure-text': '只有通过 https 打开的网页，或者本机的网页，浏览器才给摄像头和麦克风。本页来自 {origin}。',
  'insecure-step-https': '给所有人用：让服务器自己提供 https（tls.mode auto），或者在它前面放一个带 https 的代理，然后用 https:// 打开本页。',
  'insecure-step-local': '在运行服务器的机器上：打开 {local}',
  'insecure-step-flag': '想用这台设备的 Chrome 或 Edge 试一试：打开 chrome://flags/#unsafely-treat-insecure-origin-as-secure，填入 {origin}，选择 Enabled，然后重启浏览器。',
  'insecure-step-without': '也可以仍然加入：您能看到、听到对方，对方看不到、听不到您。',

  'denied-title': '摄像头和麦克风被禁止了',
  'denied-text': '您或者这台设备的设置拒绝了本页的请求。',
  'denied-step-site': '点一下网址旁边的图标，允许使用摄像头和麦克风，然后重试。',
  'denied-step-system': '如果那里没有可以允许的选项：请在设备的隐私设置里允许浏览器使用摄像头。',

  'missing-title': '没有找到摄像头和麦克风',
  'missing-camera-title': '没有找到摄像头',
  'missing-microphone-title': '没有找到麦克风',
  'missing-text': '这台设备没有，或者没有打开。',
  'missing-step-plug': '请接好或打开它，然后重试。',
  'missing-step-without': '也可以仍然加入：您能看到、听到对方。',

  'busy-title': '摄像头或麦克风被占用',
  'busy-text': '别的程序正在使用它，或者它启动不了。',
  'busy-step-close': '请关闭其他正在通话的程序和标签页，然后重试。',
  'busy-step-replug': '如果还不行，请拔下来再插上。',

  'broken-title': '摄像头启动不了',
  'broken-text': '浏览器的说明：{detail}',
  'broken-step-reload': '请刷新本页或重启浏览器，然后重试。',

  'lost-camera-title': '您的摄像头断开了',
  'lost-microphone-title': '您的麦克风断开了',
  'lost-text': '它被拔掉或关掉了。通话还在继续，只是没有它。',
  'lost-step-rejoin': '请接好它，然后离开房间再加入。',

  'room-full-title': '房间已满',
  'room-full-text': '房间“{room}”已经坐满了。',
  'room-full-step-wait': '请等有人离开，或者换一个房间。',

  'room-closed-title': '房间已关闭',
  'room-closed-text': '服务器管理员关闭了这个房间，通话已结束。',
  'taken-over-title': '通话已转到另一个标签页',
  'taken-over-text': '您在另一个标签页或窗口里又加入了这个房间，座位现在归那里了。',
  'taken-over-step-other': '请到那里继续，或者把通话拿回这个标签页。',

  'uninvited-title': '您需要邀请',
  'uninvited-text': '这台服务器只让受邀请的人进来，而您没有房间“{room}”的邀请。',
  'uninvited-step-link': '请再打开一次邀请链接，要完整：# 后面的部分就是邀请。',
  'uninvited-step-operator': '如果没有链接，请问管理服务器的人要。',

  'invite-ended-title': '您的邀请已经过期',
  'invite-ended-text': '它是房间“{room}”的邀请，时间已经过了。',
  'invite-ended-step': '请向管理服务器的人再要一个。',

  'too-many-guesses-title': 'PIN 码错了太多次',
  'too-many-guesses-text': '服务器不让人猜。请等一分钟，再输入正确的 PIN 码。',

  'unavailable-title': '服务器暂时不接受加入',
  'unavailable-text': '它正忙，或者即将停止。请过一分钟再试。',

  'refused-title': '服务器结束了连接',
  'refused-text': '服务器给出的原因：{reason}',
  'refused-step-again': '请重试。如果再次发生，请告诉管理服务器的人。',

  'gone-title': '服务器没有响应',
  'gone-text': '本页会自动继续重试。',
  'gone-step-network': '网络还通吗？如果需要 VPN，它开着吗？',
  'gone-step-server': '服务器在运行吗？请问问管理服务器的人。',

  'failed-title': '通话没有接通',
  'failed-text': '双方都连上了服务器，但声音和画面找不到通路。',
  'failed-step-firewall': '中间可能有防火墙：服务器启动时打印的端口都要放行，尤其是 UDP。',
  'failed-step-network': '请换一个网络，或者关掉 VPN 再试。',

  'uncopied-title': '请自己复制链接',
  'uncopied-text': '浏览器不让本页复制：{link}',

  'sound-title': '浏览器暂时不放声音',
  'sound-text': '它在等您点一下。',
};
