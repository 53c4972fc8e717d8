//! A headless Chromium, driven by its own protocol over a pipe: no driver beside it, nothing to be downloaded.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use serde_json::{Value as Json, json};

/// How long a page may take to come to a state.
const PATIENCE: Duration = Duration::from_secs(20);

/// A browser with one page open, which shares nothing with the pages before it.
pub(crate) struct Browser {
    process: Option<Process>,
    context: Option<Json>,
    session: Option<String>,
    /// What the page complained of: exceptions, refused resources, breaches of its policy.
    complaints: Vec<String>,
}

/// A browser without a page. To start one takes longer than most tests.
struct Process {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    calls: u64,
    _profile: tempfile::TempDir,
}

/// The browsers that are not in use, and how many are.
static BROWSERS: Mutex<(Vec<Process>, usize)> = Mutex::new((Vec::new(), 0));

fn browsers() -> MutexGuard<'static, (Vec<Process>, usize)> {
    BROWSERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The program, if there is one.
pub(crate) fn program() -> Option<&'static str> {
    let has = |name: &&str| Command::new(name).arg("--version").output().is_ok_and(|it| it.status.success());
    ["chromium", "chromium-browser", "google-chrome"].into_iter().find(has)
}

impl Browser {
    pub(crate) fn start(program: &str) -> Self {
        let idle = {
            let (idle, used) = &mut *browsers();
            *used += 1;
            idle.pop()
        };
        let process = Some(idle.unwrap_or_else(|| Process::start(program)));
        let mut browser = Self { process, context: None, session: None, complaints: Vec::new() };
        let context = browser.call("Target.createBrowserContext", json!({}))["browserContextId"].take();
        let page = json!({ "url": "about:blank", "browserContextId": context });
        let target = browser.call("Target.createTarget", page);
        let attached =
            browser.call("Target.attachToTarget", json!({ "targetId": target["targetId"], "flatten": true }));
        browser.context = Some(context);
        browser.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Runtime", "Log"] {
            browser.call(&format!("{domain}.enable"), json!({}));
        }
        browser
    }

    /// One call of the protocol.
    pub(crate) fn call(&mut self, method: &str, parameters: Json) -> Json {
        let process = self.process.as_mut().unwrap();
        process.calls += 1;
        let mut message = json!({ "id": process.calls, "method": method, "params": parameters });
        if let Some(session) = &self.session {
            message["sessionId"] = session.as_str().into();
        }
        process.input.write_all(format!("{message}\0").as_bytes()).unwrap();
        loop {
            let mut message = Vec::new();
            process.output.read_until(0, &mut message).unwrap();
            message.pop();
            let mut message: Json =
                serde_json::from_slice(&message).unwrap_or_else(|_| panic!("{method}: the browser is gone"));
            if message["id"] == process.calls {
                assert!(message.get("error").is_none(), "{method}: {}", message["error"]);
                return message["result"].take();
            }
            // A page that is closed may still say something.
            if message["sessionId"].as_str() != self.session.as_deref() {
                continue;
            }
            match message["method"].as_str() {
                Some("Runtime.exceptionThrown") => {
                    self.complaints.push(message["params"]["exceptionDetails"].to_string())
                }
                // What is verbose is advice.
                Some("Log.entryAdded") if message["params"]["entry"]["level"] != "verbose" => {
                    self.complaints.push(message["params"]["entry"]["text"].to_string())
                }
                _ => {}
            }
        }
    }

    /// What the page complained of since this was asked last.
    pub(crate) fn complaints(&mut self) -> Vec<String> {
        self.eval("0");
        std::mem::take(&mut self.complaints)
    }

    pub(crate) fn open(&mut self, address: &str) {
        self.call("Page.navigate", json!({ "url": address }));
        self.wait("document.readyState === 'complete'");
    }

    /// The value of an expression, awaited.
    pub(crate) fn eval(&mut self, expression: &str) -> Json {
        let asked = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true, "userGesture": true });
        let mut message = self.call("Runtime.evaluate", asked);
        assert!(message.get("exceptionDetails").is_none(), "{expression}: {}", message["exceptionDetails"]);
        message["result"]["value"].take()
    }

    /// Waits until an expression is true of the page.
    pub(crate) fn wait(&mut self, expression: &str) {
        let started = Instant::now();
        while self.eval(&format!("Boolean({expression})")) != json!(true) {
            if started.elapsed() > PATIENCE {
                let text = self.eval("document.body.innerText");
                panic!("it did not come to `{expression}`: {}", text.as_str().unwrap_or_default());
            }
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    /// The text of an element, as a person sees it.
    pub(crate) fn text(&mut self, selector: &str) -> String {
        let text = self.eval(&format!("document.querySelector({selector:?})?.innerText"));
        text.as_str().unwrap_or_else(|| panic!("there is no {selector}")).to_owned()
    }

    /// Clicks with the mouse in the middle of an element.
    pub(crate) fn click(&mut self, selector: &str) {
        self.wait(&format!("document.querySelector({selector:?})"));
        let place = self.eval(&format!(
            "(() => {{ const element = document.querySelector({selector:?}); element.scrollIntoView({{ block: 'center', behavior: 'instant' }}); \
             const box = element.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; }})()"
        ));
        for kind in ["mousePressed", "mouseReleased"] {
            let event =
                json!({ "type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1 });
            self.call("Input.dispatchMouseEvent", event);
        }
    }

    /// Types into what has the focus.
    pub(crate) fn type_text(&mut self, text: &str) {
        self.call("Input.insertText", json!({ "text": text }));
    }

    /// Puts a text into a field, in the place of what is there.
    pub(crate) fn fill(&mut self, selector: &str, text: &str) {
        self.wait(&format!("document.querySelector({selector:?})"));
        self.eval(&format!("document.querySelector({selector:?}).focus()"));
        self.eval(&format!("document.querySelector({selector:?}).select()"));
        if text.is_empty() {
            return self.press("Delete", 46, 0);
        }
        self.type_text(text);
    }

    /// Chooses in a list of choices.
    pub(crate) fn choose(&mut self, selector: &str, value: &str) {
        self.eval(&format!(
            "(() => {{ const list = document.querySelector({selector:?}); list.value = {value:?}; \
             list.dispatchEvent(new Event('change', {{ bubbles: true }})); }})()"
        ));
    }

    /// Presses a key; `modifiers` is 2 for control.
    pub(crate) fn press(&mut self, key: &str, code: u32, modifiers: u32) {
        for kind in ["keyDown", "keyUp"] {
            let text = if key.len() == 1 {
                key
            } else if key == "Enter" {
                "\r"
            } else {
                ""
            };
            let mut event =
                json!({ "type": kind, "key": key, "windowsVirtualKeyCode": code, "modifiers": modifiers });
            if kind == "keyDown" && !text.is_empty() {
                event["text"] = text.into();
            }
            self.call("Input.dispatchKeyEvent", event);
        }
    }

    /// Lets the page do what a person would be asked about.
    pub(crate) fn allow(&mut self, permissions: &[&str]) {
        let page = json!({ "permissions": permissions, "browserContextId": self.context });
        self.call("Browser.grantPermissions", page);
    }

    /// The size of the window in pixels, and whether the person likes it dark.
    pub(crate) fn look(&mut self, width: u32, height: u32, dark: bool) {
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.call("Emulation.setDeviceMetricsOverride", metrics);
        let scheme = if dark { "dark" } else { "light" };
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.call("Emulation.setEmulatedMedia", media);
    }

    /// A picture of the window.
    pub(crate) fn picture(&mut self, path: &Path) {
        let shot = self.call("Page.captureScreenshot", json!({ "format": "png" }));
        let bytes = base64::engine::general_purpose::STANDARD.decode(shot["data"].as_str().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

impl Browser {
    /// A small picture of the window, or of an element as far as it is in sight.
    pub(crate) fn webp(&mut self, element: Option<&str>) -> Vec<u8> {
        let mut asked = json!({ "format": "webp", "quality": 70 });
        if let Some(selector) = element {
            let mut place = self.eval(&format!(
                "(() => {{ const {{ x, y, right, bottom }} = document.querySelector({selector:?}).getBoundingClientRect(); \
                 return {{ x, y, width: Math.min(innerWidth, right) - x, height: Math.min(innerHeight, bottom) - y, scale: 1 }}; }})()"
            ));
            asked["clip"] = place.take();
        }
        let shot = self.call("Page.captureScreenshot", asked);
        base64::engine::general_purpose::STANDARD.decode(shot["data"].as_str().unwrap()).unwrap()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // What a test has left half done is not for another.
        let mut process = None;
        if !std::thread::panicking() {
            self.session = None;
            self.call("Target.disposeBrowserContext", json!({ "browserContextId": self.context }));
            process = self.process.take();
        }
        let (idle, used) = &mut *browsers();
        idle.extend(process);
        *used -= 1;
        if *used == 0 {
            idle.clear();
        }
    }
}

impl Process {
    fn start(program: &str) -> Self {
        let profile = tempfile::TempDir::new().unwrap();
        // The protocol is read from descriptor 3 and written to descriptor 4.
        let mut child = Command::new("sh")
            .args(["-c", "exec \"$0\" \"$@\" 3<&0 4>&1 >/dev/null 2>&1", program])
            .args([
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--no-startup-window",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-default-apps",
                "--disable-extensions",
                "--disable-sync",
            ])
            .args(["--hide-scrollbars", "--remote-debugging-pipe"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self { child, input, output, calls: 0, _profile: profile }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.input.write_all(b"{\"id\":0,\"method\":\"Browser.close\"}\0");
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(5) && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
