// 信任页的中文文字；键与 en.js 相同（tsc 和测试都会检查）。

/** @type {Record<keyof typeof import('./en.js').en, string>} */
export const zhCN = {
  'title': 'zerortc – 信任本服务器',
  'other-language': 'English',

  'heading': '让这台设备信任本服务器',
  'lead': '只有来自受信任服务器的网页，浏览器才给摄像头和麦克风。局域网里的服务器没有公共机构担保，所以它自己建了一个证书颁发机构（CA）。每台设备只需认识它一次。',

  // 设备现在怎么看我们
  'checking': '正在检查这台设备是否信任服务器…',
  'trusted-title': '这台设备信任本服务器',
  'trusted-text': '不需要再做什么了。',
  'trusted-more': '地址栏旁边还有警告？那是有人只点过“继续访问”，按下面的步骤做，警告就会消失。',
  'untrusted-title': '这台设备还不信任本服务器',
  'untrusted-text': '请按下面的步骤操作，然后回到这里，本页会自动再检查一次。',
  'untrusted-more': '着急用？也可以直接打开，在浏览器的警告页点“高级”，再选择继续访问。但在 iPhone 和 iPad 上，这样还不能通话。',
  'half-title': '差一点：网页能打开，但通话接不通',
  'half-text': '浏览器能显示服务器的网页，却拒绝建立通话要用的连接。只跳过警告还不够，请按下面的步骤操作。',
  'uncovered-title': '在这个地址，无论设备信任什么，浏览器都会警告',
  'uncovered-text': '服务器的证书不包含 {host}。请换一个地址打开服务器：它启动时打印的“page”各行中，排在前面的就是证书包含的地址。',
  'uncovered-more': '服务器的管理员可以用设置 tls.permit 加上 {host}。如果它不是局域网的名字或地址，还需要重建证书颁发机构，每台设备也要重新信任。',
  'gone-title': '服务器没有响应',
  'gone-text': '这台设备还在这个网络里吗？服务器在运行吗？',
  'again': '再检查一次',
  'open': '打开 {page}',
  'open-anyway': '忽略警告直接打开',

  // 是哪一个机构
  'proof-heading': '核对指纹',
  'proof-text': '服务器启动时，在“CA”一行打印了这个 SHA-256 指纹。如果它打印的，或者设备在安装前显示的与此不同，请停下：中间有人做了手脚。',
  'authority': '“{name}”，有效期至 {until}',

  // 一步一步来
  'systems-heading': '操作步骤',
  'systems-local': '如果服务器就在本机运行，执行命令“zerortc ca install”即可完成全部步骤。',
  'this-device': '当前设备',
  'take-certificate': '下载证书（浏览器如有提示，选“保留”）：',
  'come-back': '回到本页，它会自动再检查一次。',
  'restart-browser': '重启浏览器，再打开本页。',
  'terminal': '也可以打开终端，在下载文件夹里执行：',

  'android': '安卓（Android）、鸿蒙',
  'android-settings': '打开手机设置，搜索“CA 证书”或“安装证书”。（它在“安全”或“隐私”里，叫“加密与凭据”或“从存储设备安装”。）',
  'android-install': '选择“CA 证书”，点“仍然安装”，解锁手机，再从下载的文件里选中它。手机如果没有锁屏密码，会要求先设置一个。',
  'android-note': '此后 Chrome、Edge 和 Firefox 都会信任它。安卓可能会提示“网络可能会受到监控”，手动添加任何机构都会这样提示。用微信扫码打开本页时，请点右上角“···”，选“在浏览器打开”。',

  'ios': 'iPhone 和 iPad',
  'ios-profile': '在 Safari 里下载描述文件，点“允许”：',
  'ios-install': '打开“设置”，点顶部的“已下载描述文件”（或“通用”›“VPN 与设备管理”），点“安装”并输入密码。',
  'ios-trust': '这一步最容易漏掉：打开“设置”›“通用”›“关于本机”，拉到最底部，点“证书信任设置”，打开“{name}”的开关。',
  'ios-note': '必须用 Safari：其他浏览器和应用内的浏览器无法安装描述文件。用微信扫码打开本页时，请点右上角“···”，选择在浏览器中打开。',

  'windows': 'Windows',
  'windows-open': '打开下载的文件，点“安装证书…”，选择“当前用户”，点“下一步”。',
  'windows-store': '选择“将所有的证书都放入下列存储”，点“浏览…”，选“受信任的根证书颁发机构”。',
  'windows-finish': '点“完成”，对弹出的询问点“是”，然后重启浏览器。Edge、Chrome 和 Firefox 都会信任它。',

  'macos': 'Mac',
  'macos-open': '打开下载的文件，“钥匙串访问”会询问存放位置，选择“登录”钥匙串。',
  'macos-trust': '在“钥匙串访问”的“证书”里双击“{name}”，展开“信任”，把“使用此证书时”改为“始终信任”。',
  'macos-finish': '关闭窗口，输入密码确认，然后重启浏览器。Safari、Chrome 和 Firefox 都会信任它。',

  'linux': 'Linux：Chrome、Chromium、Edge',
  'linux-open': '在浏览器设置里打开“隐私和安全”›“安全”›“管理证书”。',
  'linux-import': '把文件导入到您自己添加的受信任证书里（旧版本：在“授权机构”里导入，勾选“信任该证书，以标识网站身份”）。',
  'terminal-nss': '也可以打开终端，在下载文件夹里执行（certutil 在软件包 libnss3-tools 或 nss-tools 里）：',

  'firefox': 'Linux 上的 Firefox',
  'firefox-open': '在设置里打开“隐私与安全”›“证书”›“查看证书…”›“证书颁发机构”。',
  'firefox-import': '点“导入…”，选中下载的文件，勾选“信任由此证书颁发机构来标识网站”。',
  'firefox-note': '在其他系统上，Firefox 从 120 版起直接采用系统信任的证书；更早的版本也可以用这些步骤。',

  // 其他设备，以及这样做意味着什么
  'next-heading': '下一台设备',
  'next-text': '用它的相机扫这个码，就能在那里打开本页：',
  'next-code': '本页的二维码',
  'next-local': '您打开本页所用的名字只代表本机。要得到二维码，请改用服务器启动时在“trust”行打印的地址打开本页。',
  'limits-heading': '这样做意味着什么',
  'limits-text': '这个机构只能担保局域网地址，以 .local、.lan、.internal 或 home.arpa 结尾的名字，以及本服务器的名字，不能冒充您的银行。文件里只有证书，没有私钥。',
  'limits-back': '想撤销时，在添加它的地方删除“{name}”即可。',
};
