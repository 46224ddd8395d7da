#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""run.py DHBROKER PEER TREE BUILD: dhbroker as systemd runs it, played by this script: the socket handed over, ready, alive, reload,
stop, the journal's fields; as root also the unit's user with its one capability. Then the units, by systemd-analyze where it is."""
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

BROKER, PEER, TREE, BUILD = (os.path.abspath(x) for x in sys.argv[1:5])
SERVICE_USER, PRODUCER_USER = 65532, 65534
failures, skipped, started = [], [], []


def require(good, what):
    if not good:
        failures.append(what)
        print('FAILED:', what)
    return good


def skip(why):
    skipped.append(why)
    print('SKIPPED:', why)


def datagrams(path):
    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    s.bind(path)
    os.chmod(path, 0o666)
    s.settimeout(20)
    return s


def listener(path):
    s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    s.bind(path)
    os.chmod(path, 0o666)
    s.listen(64)
    return s


def start(work, held=None, prefix=(), log=subprocess.DEVNULL, **environment):
    """As systemd does: the socket is descriptor 3."""
    def prepare():
        if held is not None:
            os.dup2(held.fileno(), 3)
            os.set_inheritable(3, True)
    env = {k: v for k, v in os.environ.items() if k not in ('DH_BROKER', 'DH_STATE')}
    env.update(environment, DH_STATE=os.path.join(work, 'state'))
    words = [*prefix, BROKER, '--foreground']
    if held is None:
        words += ['--socket', os.path.join(work, 'own.sock')]
        started.append(subprocess.Popen(words, env=env, stderr=log))
        return started[-1]
    # LISTEN_PID is that of who is executed at last: a shell that knows its own
    shell = ['sh', '-c', 'LISTEN_PID=$$ LISTEN_FDS=1; export LISTEN_PID LISTEN_FDS; exec "$@"', 'sh', *words]
    started.append(subprocess.Popen(shell, env=env, stderr=log, close_fds=False, preexec_fn=prepare))
    return started[-1]


def peer(path, *words, user=None):
    def become():
        if user is not None:
            os.setgid(user)
            os.setuid(user)
    env = dict(os.environ, DH_BROKER=path)
    p = subprocess.Popen([PEER, *words], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
                         preexec_fn=become)
    started.append(p)
    return p, p.stdout.readline().strip()


def end(p):
    p.stdin.write('end\n')
    p.stdin.close()
    p.wait(20)


def stop(broker, what):
    broker.send_signal(signal.SIGTERM)
    require(broker.wait(20) == 0, f'{what}: ended with {broker.returncode}')


def wait_for(s, word):
    """The next datagram that has this word; those before it are not looked at."""
    for _ in range(50):
        text = s.recv(4096).decode()
        if word in text:
            return text
    return ''


def notify(work):
    path = os.path.join(work, 'notify')
    with datagrams(path) as s:
        broker = start(work, NOTIFY_SOCKET=path, WATCHDOG_USEC='200000')
        require(wait_for(s, 'READY=1'), 'READY=1 comes')
        require(wait_for(s, 'WATCHDOG=1') and wait_for(s, 'WATCHDOG=1'), 'WATCHDOG=1 comes again and again')
        broker.send_signal(signal.SIGHUP)
        require('MONOTONIC_USEC=' in wait_for(s, 'RELOADING=1'), 'RELOADING=1 comes, with its time')
        require(wait_for(s, 'READY=1'), 'READY=1 comes after it')
        stop(broker, 'notify')
        require(wait_for(s, 'STOPPING=1'), 'STOPPING=1 comes')


def handed_over(work):
    path = os.path.join(work, 'held.sock')
    with listener(path) as held:
        broker = start(work, held)
        p, said = peer(path, 'produce', 'u.held', 'wait', '8', '2')
        require(said == 'ready', f'a producer at the socket that was handed over: {said}')
        q, said = peer(path, 'consume', 'u.held')
        require(said == 'ready', f'its consumer: {said}')
        end(q)
        stop(broker, 'handed over')
        require(os.path.exists(path), 'the socket is the manager\'s to remove')
        broker = start(work, held)  # the producer is registered with it again by itself
        q, said = peer(path, 'consume', 'u.held')
        require(said == 'ready', f'a consumer at the next broker: {said}')
        end(q)
        end(p)
        stop(broker, 'handed over again')
    wrong = datagrams(os.path.join(work, 'wrong'))
    broker = start(work, wrong, log=subprocess.PIPE)
    said = broker.stderr.read().decode()
    require(broker.wait(20) == 64 and 'SEQPACKET' in said, f'another kind of socket: {broker.returncode} {said}')
    wrong.close()


def as_the_units_user(work):
    """The listener is root's, the broker is not: it gives root's and other users' channels to whom they belong."""
    if os.geteuid() != 0 or shutil.which('setpriv') is None:
        skip('only root can try the unit\'s user and its capability')
        return
    path, state = os.path.join(work, 'system.sock'), os.path.join(work, 'state')
    shutil.rmtree(state, ignore_errors=True)
    os.mkdir(state, 0o700)
    os.chown(state, SERVICE_USER, SERVICE_USER)
    user = ['setpriv', '--reuid', str(SERVICE_USER), '--regid', str(SERVICE_USER), '--clear-groups', '--no-new-privs',
            '--inh-caps', '-all,+dac_override', '--ambient-caps', '-all,+dac_override', '--bounding-set', '-all,+dac_override']
    with listener(path) as held:
        broker = start(work, held, prefix=user, HOME='/nonexistent')
        p, said = peer(path, 'produce', 'u.theirs', 'wait', '8', '2', user=PRODUCER_USER)
        require(said == 'ready', f'a producer of another user: {said}')
        q, said = peer(path, 'consume', 'u.theirs', user=PRODUCER_USER)
        require(said == 'ready', f'a consumer of that user: {said}')
        r, said = peer(path, 'consume', 'u.theirs', user=PRODUCER_USER - 1)
        require(said == 'DH_ENOTFOUND' or 'NOTFOUND' in said, f'a consumer of a third user: {said}')
        r.wait(20)
        time.sleep(0.1)
        with open(f'/proc/{broker.pid}/status', encoding='utf-8') as f:
            status = f.read()
        require(re.search(rf'^Uid:\s+{SERVICE_USER}\s', status, re.M), 'the broker is the unit\'s user')
        end(q)
        end(p)
        stop(broker, 'the unit\'s user')
        require(os.stat(os.path.join(state, 'registry.db')).st_uid == SERVICE_USER, 'the registry is the unit\'s user\'s')


def journal(work):
    """In a mount namespace of its own, the journal's socket is ours."""
    if os.environ.get('DH_JOURNAL_HERE') is None:
        again = ['unshare', '-m', '--propagation', 'private', sys.executable, *sys.argv]
        done = subprocess.run(again, env=dict(os.environ, DH_JOURNAL_HERE=work), capture_output=True, text=True, check=False)
        if done.returncode == 3:
            skip('nothing can be mounted here: nobody tries the journal\'s fields')
        else:
            require(done.returncode == 0, f'journal: {done.stdout}{done.stderr}')
        return
    folder = '/run/systemd/journal'
    if subprocess.run(['mkdir', '-p', folder], check=False).returncode != 0 or \
            subprocess.run(['mount', '-t', 'tmpfs', 'tmpfs', folder], check=False).returncode != 0:
        sys.exit(3)
    with datagrams(folder + '/socket') as s, open(os.path.join(work, 'stderr'), 'w', encoding='utf-8') as err:
        at = os.fstat(err.fileno())
        broker = start(work, log=err, JOURNAL_STREAM=f'{at.st_dev}:{at.st_ino}')
        first = wait_for(s, 'DH_EVENT=started')
        require('PRIORITY=6\n' in first and 'SYSLOG_IDENTIFIER=dhbroker\n' in first, f'the first line: {first}')
        p, _ = peer(os.path.join(work, 'own.sock'), 'produce', 'u.journal', 'wait', '8', '2')
        line = wait_for(s, 'DH_EVENT=registered')
        for field in ('DH_CHANNEL=u.journal\n', f'DH_PID={p.pid}\n', f'DH_UID={os.geteuid()}\n', 'MESSAGE='):
            require(field in line, f'{field.strip()} in {line}')
        end(p)
        stop(broker, 'journal')
        require(os.path.getsize(err.name) == 0, 'nothing is said twice')


def units(work):
    """Well formed, and as closed as they are said to be."""
    system, user = os.path.join(BUILD, 'systemd', 'system'), os.path.join(BUILD, 'systemd', 'user')
    source = os.path.join(TREE, 'runtime', 'broker', 'systemd')
    if shutil.which('systemd-analyze') is None:
        skip('systemd-analyze is not installed: nobody looks whether the units are well formed')
        return
    for folder, sockets in ((system, source), (user, os.path.join(source, 'user'))):
        there = os.path.join(work, os.path.basename(folder))
        os.mkdir(there)
        with open(os.path.join(folder, 'dhbroker.service'), encoding='utf-8') as f:
            text = re.sub(r'ExecStart=\S+', f'ExecStart={BROKER}', f.read())
        text = text.replace('User=dh', 'User=root').replace('Group=dh', 'Group=root')  # who is made by sysusers
        text = re.sub(r'Documentation=.*\n', '', text)  # verify looks for installed pages
        for name, content in (('dhbroker.service', text), ('dhbroker.socket', None)):
            if content is None:
                with open(os.path.join(sockets, name), encoding='utf-8') as f:
                    content = re.sub(r'Documentation=.*\n', '', f.read())
            with open(os.path.join(there, name), 'w', encoding='utf-8') as f:
                f.write(content)
        words = ['systemd-analyze', 'verify', '--man=no'] + (['--user'] if folder == user else [])
        done = subprocess.run([*words, os.path.join(there, 'dhbroker.service'), os.path.join(there, 'dhbroker.socket')],
                              capture_output=True, text=True, check=False)
        ours = [x for x in (done.stdout + done.stderr).splitlines() if 'dhbroker' in x]
        require(not ours, f'{folder}: {ours}')
    done = subprocess.run(['systemd-analyze', 'security', '--offline=yes', '--threshold=20', '--no-pager',
                           os.path.join(system, 'dhbroker.service')], capture_output=True, text=True, check=False)
    last = [x for x in done.stdout.splitlines() if 'exposure level' in x]
    print(*last)
    require(done.returncode == 0, f'systemd-analyze security: {last} {done.stderr}')


def main():
    if 'DH_JOURNAL_HERE' in os.environ:
        journal(os.environ['DH_JOURNAL_HERE'])
        return 1 if failures else 0
    work = tempfile.mkdtemp(prefix='dh-units-')
    os.chmod(work, 0o755)
    try:
        notify(work)
        handed_over(work)
        journal(work)
        as_the_units_user(work)
        units(work)
    finally:
        for process in started:
            if process.poll() is None:
                process.kill()
        shutil.rmtree(work, ignore_errors=True)
    return 1 if failures else 0


sys.exit(main())
