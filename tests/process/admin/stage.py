# SPDX-License-Identifier: Apache-2.0
"""The stage of dhadmin's tests in Python: peers that do as they are told, a broker, and dhadmin itself."""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile


def alone():
    """Channels are found in the network namespace: in one of its own, a test meets nobody else's. Begins the program again there."""
    if os.environ.get('DH_TEST_ALONE') == '1':
        return
    for way in (['unshare', '--net'], ['unshare', '--user', '--map-current-user', '--net']):
        if shutil.which('unshare') and subprocess.run(way + ['true'], stderr=subprocess.DEVNULL, check=False).returncode == 0:
            os.environ['DH_TEST_ALONE'] = '1'
            os.execvp(way[0], way + [sys.executable, *sys.argv])


class Peer:
    """A process that answers each line with one."""

    def __init__(self, stage, *arguments):
        self.process = subprocess.Popen([stage.peer, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env=stage.environment)
        self.pid = self.process.pid
        self.hear('ready')

    def hear(self, expected):
        line = self.process.stdout.readline().strip()
        assert line == expected, "peer says '%s', not '%s'" % (line, expected)

    def say(self, line, expected):
        self.process.stdin.write(line + '\n')
        self.process.stdin.flush()
        self.hear(expected)

    def send(self, n):
        for _ in range(n):
            self.say('send', 'sent')

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        os.kill(self.pid, signal.SIGSTOP)
        os.waitid(os.P_PID, self.pid, os.WSTOPPED | os.WNOWAIT)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


class Stage:
    """A folder of its own with a broker's socket in it, and what was started there."""

    def __init__(self, binaries, peer, broker=False):
        self.binaries, self.peer = binaries, peer
        self.folder = tempfile.mkdtemp(prefix='dhadmin-')
        self.socket = os.path.join(self.folder, 'broker.sock')
        self.environment = {'PATH': binaries + ':' + os.environ['PATH'], 'DH_BROKER': self.socket, 'NO_COLOR': '1',
                            'LC_ALL': 'C.UTF-8', 'HOME': self.folder, 'XDG_STATE_HOME': self.folder}
        for name in ('ASAN_OPTIONS', 'LSAN_OPTIONS', 'UBSAN_OPTIONS'):
            if name in os.environ:
                self.environment[name] = os.environ[name]
        self.started, self.running, self.hub = [], [], None
        self.channel = 'f%d.lab' % os.getpid()
        if broker:
            self.start_broker()

    def start_broker(self):
        self.hub = subprocess.Popen(['dhbroker', '--foreground', '--socket', self.socket], env=self.environment,
                                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        while 'serves' not in self.hub.stdout.readline():
            assert self.hub.poll() is None, 'the broker serves'

    def kill_broker(self):
        self.hub.kill()
        self.hub.wait()
        self.hub.stdout.close()
        self.hub = None

    def start(self, *arguments):
        peer = Peer(self, *arguments)
        self.started.append(peer)
        return peer

    def live(self, words):
        """dhadmin at work, its output in a pipe."""
        self.running.append(subprocess.Popen(['dhadmin', *words.split()], env=self.environment, stdout=subprocess.PIPE,
                                             stderr=subprocess.STDOUT, text=True))
        return self.running[-1]

    def produce(self, schema='kinds', full='wait', slots=8, secret='-', consumers=4):
        return self.start('produce', self.channel, schema, full, str(slots), secret, str(consumers))

    def consume(self, schema='kinds'):
        return self.start('consume', self.channel, schema)

    def shell(self, command):
        """A command as a person types it. Returns status, stdout, stderr."""
        done = subprocess.run(['sh', '-c', command], env=self.environment, capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stdout, done.stderr

    def admin(self, words, status=0):
        code, out, err = self.shell('dhadmin ' + words)
        assert status is None or code == status, 'dhadmin %s ends with %d, not %s:\n%s%s' % (words, code, status, out, err)
        return out + err

    def json(self, words, status=0):
        code, out, err = self.shell('dhadmin %s --json' % words)
        assert status is None or code == status, 'dhadmin %s ends with %d, not %s:\n%s%s' % (words, code, status, out, err)
        return json.loads(out)

    def close(self):
        for process in self.running:
            if process.poll() is None:
                process.kill()
            process.wait()
            process.stdout.close()
        for peer in self.started:
            peer.close()
        if self.hub is not None:
            self.hub.terminate()
            self.hub.wait()
            self.hub.stdout.close()
        shutil.rmtree(self.folder)
