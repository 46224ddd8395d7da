#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""boot.py DHBROKER DHADMIN PEER TREE BUILD: the units, started by a real systemd.

A systemd of our own is process 1 of new namespaces, with what is installed here below it, read only: an overlay takes what it writes, and is
gone with it. There the units, sysusers and tmpfiles are installed as they are shipped; the socket starts the broker, which is User=dh with one
capability and a filter of system calls; a broker that is killed, or stands still for longer than its watchdog, is started again while its
producer lives on; reload, stop and what is left of it. Ends with 77, and says why, where no systemd can be process 1."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

BROKER, ADMIN, PEER, TREE, BUILD = (os.path.abspath(x) for x in sys.argv[1:6])
SYSTEMD = '/lib/systemd/systemd'
WATCHDOG_S = 2  # the unit's 30 s, said shorter
failures = []


def require(good, what):
    if not good:
        failures.append(what)
        print('FAILED:', what)
    return good


INSIDE = r'''
set -eu
base=$1
mount --make-rprivate /
mount -t tmpfs tmpfs "$base"
mkdir "$base/up" "$base/work" "$base/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$base/up,workdir=$base/work" "$base/root"
cd "$base/root"
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
for folder in run tmp dev; do mount -t tmpfs tmpfs "$folder"; done
for device in null zero full random urandom tty; do touch "dev/$device"; mount --bind "/dev/$device" "dev/$device"; done
mkdir dev/shm dev/pts
mount -t tmpfs tmpfs dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
mkdir -p usr/lib/sysusers.d usr/lib/tmpfiles.d etc/systemd/system usr/share/doc/dh
rm -rf etc/systemd/system/*.wants
"$2" "$base/root"
mkdir old
pivot_root . old
umount -l /old
exec env -i container=dh PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --unit=dh-boot.target --log-target=null --show-status=0
'''


def shipped(*where):
    with open(os.path.join(BUILD, 'systemd', *where), encoding='utf-8') as f:
        return f.read()


def source(*where):
    with open(os.path.join(TREE, 'runtime', 'broker', 'systemd', *where), encoding='utf-8') as f:
        return f.read()


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w', encoding='utf-8') as f:
        f.write(text)


def install(root):
    """As `cmake --install` and the three commands of docs/howto/deployment.md do; the watchdog's time alone is another."""
    there = os.path.join(root, 'etc', 'systemd', 'system')
    program = re.search(r'ExecStart=(\S+)', shipped('system', 'dhbroker.service')).group(1)
    os.makedirs(root + os.path.dirname(program), exist_ok=True)
    for name in (BROKER, ADMIN, PEER):
        shutil.copy(name, root + os.path.dirname(program))
    write(os.path.join(there, 'dhbroker.service'), shipped('system', 'dhbroker.service'))
    write(os.path.join(there, 'dhbroker.socket'), source('dhbroker.socket'))
    write(os.path.join(there, 'dhbroker.service.d', 'test.conf'), f'[Service]\nWatchdogSec={WATCHDOG_S}s\n')
    write(os.path.join(there, 'dh-boot.target'), '[Unit]\nRequires=dhbroker.socket\nAfter=dhbroker.socket\n')
    write(os.path.join(root, 'usr/lib/sysusers.d/dh.conf'), source('dh.sysusers'))
    tmpfiles = shipped('dh.tmpfiles')
    write(os.path.join(root, 'usr/lib/tmpfiles.d/dh.conf'), tmpfiles)
    for line in tmpfiles.splitlines():
        if line.startswith('C '):
            write(root + line.split()[-1], source('dh.conf'))
    for words in (['systemd-sysusers', f'--root={root}', 'dh.conf'], ['systemd-tmpfiles', f'--root={root}', '--create', 'dh.conf']):
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


class Machine:
    """A systemd that is process 1, in a control group of its own."""

    def __init__(self):
        self.base = tempfile.mkdtemp(prefix='dh-boot-')
        mounts = [x.split() for x in open('/proc/mounts', encoding='utf-8')]  # pylint: disable=consider-using-with
        unified = [x[1] for x in mounts if x[2] == 'cgroup2']
        if not unified:
            self.why = 'no cgroup2 is mounted here'
            return
        self.group = os.path.join(unified[0], os.path.basename(self.base))
        self.process = self.first = None
        self.why = ''
        try:
            os.mkdir(self.group)
            self.start()
        except OSError as error:
            self.why = f'no control group can be made: {error}'

    def start(self):
        def enter():
            with open(os.path.join(self.group, 'cgroup.procs'), 'w', encoding='ascii') as f:
                f.write('0')
        installer = os.path.join(self.base + '.sh')
        write(installer, f'#!/bin/sh\nexec "{sys.executable}" "{os.path.abspath(__file__)}" '
                         f'"{BROKER}" "{ADMIN}" "{PEER}" "{TREE}" "{BUILD}" "$1"\n')
        os.chmod(installer, 0o755)
        words = ['unshare', '--mount', '--pid', '--fork', '--cgroup', '--uts', '--ipc', '--kill-child', 'sh', '-c', INSIDE, 'sh', self.base,
                 installer]
        self.log = open(self.base + '.log', 'w+', encoding='utf-8')  # pylint: disable=consider-using-with
        self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, preexec_fn=enter)
        end = time.monotonic() + 60
        while time.monotonic() < end and self.process.poll() is None:
            self.first = self.first or self.child()
            if self.first and self.run('test', '-S', '/run/dh/broker.sock').returncode == 0 and \
                    self.show('dhbroker.socket', 'ActiveState') == 'active':
                return
            time.sleep(0.1)
        self.log.seek(0)
        self.why = 'systemd does not come up as process 1 of new namespaces: ' + ' '.join(self.log.read()[-400:].split())

    def child(self):
        """Process 1 of there, once it is systemd."""
        with open(f'/proc/{self.process.pid}/task/{self.process.pid}/children', encoding='ascii') as f:
            pids = f.read().split()
        try:
            return pids[0] if pids and os.readlink(f'/proc/{pids[0]}/exe').endswith('systemd') else None
        except OSError:
            return None

    def words(self, *words):
        return ['nsenter', '--target', self.first, '--mount', '--pid', '--uts', '--ipc', '--cgroup', *words]

    def run(self, *words):
        return subprocess.run(self.words(*words), capture_output=True, text=True, check=False, timeout=60)

    def show(self, unit, what):
        return self.run('systemctl', 'show', '--value', '-p', what, unit).stdout.strip()

    def peer(self, *words):
        p = subprocess.Popen(self.words(os.path.join(self.programs(), os.path.basename(PEER)), *words), stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, text=True, bufsize=1)
        return p, p.stdout.readline().strip()

    @staticmethod
    def programs():
        return os.path.dirname(re.search(r'ExecStart=(\S+)', shipped('system', 'dhbroker.service')).group(1))

    def admin(self, *words):
        return self.run(os.path.join(self.programs(), os.path.basename(ADMIN)), *words)

    def groups_go(self):
        """Those that systemd made in ours, and ours; the last process is gone a moment later."""
        for folder, _, _ in os.walk(self.group, topdown=False):
            try:
                os.rmdir(folder)
            except OSError:
                return False
        return True

    def close(self):
        if self.first:
            subprocess.run(['kill', '-9', self.first], check=False)
        if self.process:
            self.process.kill()
            self.process.wait()
            self.log.close()
        require(becomes(10, self.groups_go), f'{self.group} stays')
        os.rmdir(self.base)
        for name in ('.sh', '.log'):
            if os.path.exists(self.base + name):
                os.remove(self.base + name)


def becomes(seconds, what):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.05)
    return False


def closed(machine, pid):
    """What the kernel says of the broker's process: the unit's hardening is in force."""
    status = machine.run('cat', f'/proc/{pid}/status').stdout
    uid = machine.run('id', '-u', 'dh').stdout.strip()
    for what, pattern in (('User=dh', rf'^Uid:\s+{uid}\s+{uid}\s'), ('CAP_DAC_OVERRIDE alone', r'^CapEff:\s+0{15}2$'),
                          ('nothing more can be had', r'^CapBnd:\s+0{15}2$'), ('NoNewPrivileges', r'^NoNewPrivs:\s+1$'),
                          ('SystemCallFilter', r'^Seccomp:\s+2$')):
        require(re.search(pattern, status, re.M), f'{what} is not in force')
    limits = machine.run('cat', f'/proc/{pid}/limits').stdout
    require(re.search(r'^Max core file size\s+0\s+0', limits, re.M), 'LimitCORE=0 is not in force')
    print('descriptors:', *re.findall(r'^Max open files\s+(\d+)', limits, re.M))


def through(machine):
    require(machine.show('dhbroker.service', 'ActiveState') == 'inactive', 'the broker runs before anybody asks')
    producer, said = machine.peer('produce', 'u.booted', 'wait', '8', '2')
    require(said == 'ready', f'a producer that the socket lets wait: {said}')
    require(machine.show('dhbroker.service', 'ActiveState') == 'active', 'who asked did not start the broker')
    require(machine.show('dhbroker.service', 'StatusText') == 'serving', 'Type=notify: the broker says that it serves')
    pid = machine.show('dhbroker.service', 'MainPID')
    closed(machine, pid)
    require('u.booted' in machine.admin('list', '--names').stdout, 'the channel is listed')
    require('broker_answers":true' in machine.admin('list', '--json').stdout, 'dhadmin finds the broker without being told')

    require(machine.run('systemctl', 'reload', 'dhbroker').returncode == 0, 'reload')
    require(machine.show('dhbroker.service', 'MainPID') == pid, 'reload started another broker')

    def again(old):
        new = machine.show('dhbroker.service', 'MainPID')
        return new not in ('0', old) and machine.show('dhbroker.service', 'ActiveState') == 'active' and \
            '"via":"both"' in machine.admin('list', 'u.booted', '--json').stdout
    machine.run('kill', '-KILL', pid)
    require(becomes(20, lambda: again(pid)), 'a broker that was killed is started again, and knows who lives')
    pid = machine.show('dhbroker.service', 'MainPID')
    machine.run('kill', '-STOP', pid)
    require(becomes(30, lambda: again(pid)), 'a broker that stands still is killed by the watchdog and started again')
    require(machine.run('systemctl', 'show', '--value', '-p', 'NRestarts', 'dhbroker').stdout.strip() == '2', 'two restarts are counted')
    require(producer.poll() is None, 'the producer lives on')
    producer.stdin.write('send\n')
    require(producer.stdout.readline().strip() == 'sent', 'the producer goes on')

    consumer, said = machine.peer('consume', 'u.booted')
    require(said == 'ready', f'a consumer at the third broker: {said}')
    for p in (consumer, producer):
        p.stdin.write('end\n')
        p.stdin.close()
        p.wait(20)
    registry = machine.run('stat', '-c', '%U %a', '/var/lib/dh', '/var/lib/dh/registry.db').stdout.split()
    require(registry == ['dh', '700', 'dh', '600'], f'the registry is dh\'s: {registry}')
    require(machine.run('systemctl', 'stop', 'dhbroker.service').returncode == 0, 'stop')
    require(machine.show('dhbroker.service', 'Result') == 'success', 'the broker ended as asked')
    require(machine.run('test', '-S', '/run/dh/broker.sock').returncode == 0, 'the socket stays systemd\'s')


def main():
    if len(sys.argv) == 7:
        install(sys.argv[6])
        return 0
    if os.geteuid() != 0 or not os.path.exists(SYSTEMD) or not all(map(shutil.which, ('unshare', 'nsenter', 'systemctl'))):
        print('SKIPPED: only root, with systemd installed, can boot one: nobody tries the units with a real systemd')
        return 77
    machine = Machine()
    try:
        if machine.why:
            print('SKIPPED:', machine.why)
            return 77
        through(machine)
    finally:
        machine.close()
    return 1 if failures else 0


sys.exit(main())
