#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""run.py DHBROKER PEER TREE: what Prometheus is given, what it makes of it, and what it says when something is wrong.

Real peers on real channels; promtool reads the metrics and tries the alerts; names in the dashboard, the alerts and the page
are those that are exported; then a real Prometheus watches while faults are planted, and every alert must fire, each by its fault.
Ends with 77 if Prometheus is not installed and all else is well."""
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

BROKER, PEER, TREE = sys.argv[1:4]
PAGES = os.path.join(TREE, 'docs', 'monitoring')
WAITING_ROWS = 60
failures, started = [], []


def require(good, what):
    if not good:
        failures.append(what)
        print('FAILED:', what)
    return good


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def get(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()


def becomes(seconds, what):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if what():
                return True
        except OSError:
            pass
        time.sleep(0.05)
    return False


class Peer:
    """A producer or a consumer that does as it is told, a line for a line."""

    def __init__(self, *words):
        self.process = subprocess.Popen([PEER, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        started.append(self.process)
        line = self.process.stdout.readline()
        if line != 'ready\n':
            raise RuntimeError(f'{words}: {line}')

    def tell(self, word):
        self.process.stdin.write(word + '\n')
        return self.process.stdout.readline().strip()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def close(self):
        if self.process.poll() is None:
            self.tell('end')
            self.process.stdin.close()
            self.process.wait(10)


class Broker:
    def __init__(self, work, port):
        self.url = f'http://127.0.0.1:{port}/metrics'
        config = os.path.join(work, 'dh.conf')
        with open(config, 'w', encoding='utf-8') as f:
            f.write(f'[registry]\nwaiting_rows = {WAITING_ROWS}\n')
        words = [BROKER, '--foreground', '--config', config, '--metrics', str(port)]
        self.process = subprocess.Popen(words, stderr=subprocess.DEVNULL)
        started.append(self.process)
        if not becomes(20, lambda: get(self.url)):
            raise RuntimeError('no metrics')

    def metrics(self):
        return get(self.url)

    def value(self, series):
        found = re.search('^' + re.escape(series) + r' (\S+)$', self.metrics(), re.M)
        return float(found.group(1)) if found else None

    def close(self):
        self.process.terminate()
        require(self.process.wait(20) == 0, 'the broker ends well')


def names_exported(text):
    return set(re.findall(r'^# TYPE (\S+)', text, re.M))


def check_numbers(broker):
    """What is exported is what was done."""
    producer, consumer = Peer('produce', 'mon.pairs', 'wait', '8', '4'), Peer('consume', 'mon.pairs')
    for _ in range(5):
        producer.tell('send')
    consumer.tell('take')
    consumer.tell('give')
    for series, value in (('dh_messages_total{channel="mon.pairs",role="producer"}', 5),
                          ('dh_messages_total{channel="mon.pairs",role="consumer"}', 1),
                          ('dh_consumer_lag_messages{channel="mon.pairs",role="consumer"}', 4),
                          ('dh_consumers{channel="mon.pairs",state="alive"}', 1),
                          ('dh_slots{channel="mon.pairs"}', 8),
                          ('dh_producer_up{channel="mon.pairs"}', 1),
                          ('dh_broker_answers_total{kind="register",status="ok"}', 1)):
        require(broker.value(series) == value, f'{series} is {broker.value(series)}, not {value}')
    age = time.time() - (broker.value('dh_last_commit_timestamp_seconds{channel="mon.pairs"}') or 0)
    require(0 <= age < 60, f'the last commit was {age} s ago')
    text = broker.metrics()
    consumer.close()
    producer.close()
    return text


def check_http(broker):
    for path, method, status in (('/', 'GET', 404), ('/metrics', 'POST', 405)):
        try:
            urllib.request.urlopen(urllib.request.Request(broker.url.replace('/metrics', path), method=method,
                                                          data=b'x' * 100000 if method == 'POST' else None), timeout=10)
            require(False, f'{method} {path} is answered')
        except urllib.error.HTTPError as e:
            require(e.code == status, f'{method} {path}: {e.code}')
    idle = [socket.create_connection(('127.0.0.1', int(broker.url.split(':')[2].split('/')[0]))) for _ in range(30)]
    for s in idle:
        s.close()
    require('dh_build_info' in broker.metrics(), 'thirty idle connections kept the scraper out')


def check_names(exported):
    """Every name that a page, an alert or a panel uses is exported, and every one is on the page."""
    used = {}
    for page in ('docs/monitoring/alerts.yml', 'docs/monitoring/dashboard.json', 'docs/howto/monitoring.md'):
        with open(os.path.join(TREE, page), encoding='utf-8') as f:
            used[page] = set(re.findall(r'\b(?:dh|process)_[a-z_]+[a-z]\b', f.read()))
        for name in sorted(used[page] - exported - {'dh_generate'}):
            require(False, f'{page} uses {name}, which is not exported')
    for name in sorted(exported - used['docs/howto/monitoring.md']):
        require(False, f'{name} is not in docs/howto/monitoring.md')


def promtool(*words, text=None):
    done = subprocess.run(['promtool', *words], input=text, text=True, cwd=PAGES, capture_output=True, check=False)
    require(done.returncode == 0 and not done.stderr.strip(), f'promtool {words[0]} {words[1]}: {done.stdout} {done.stderr}')


class Prometheus:
    """The rules as they are shipped, but that nothing waits: no `for`, and minutes are seconds."""

    def __init__(self, work, target):
        self.port = free_port()
        with open(os.path.join(PAGES, 'alerts.yml'), encoding='utf-8') as f:
            rules = re.sub(r'\n +for: \w+', '', f.read()).replace('[5m]', '[15s]').replace('> 60 and', '> 2 and')
        with open(os.path.join(work, 'alerts.yml'), 'w', encoding='utf-8') as f:
            f.write(rules)
        with open(os.path.join(PAGES, 'prometheus.yml'), encoding='utf-8') as f:
            config = f.read().replace('15s', '1s').replace('127.0.0.1:9464', f'127.0.0.1:{target}')
        with open(os.path.join(work, 'prometheus.yml'), 'w', encoding='utf-8') as f:
            f.write(config)
        self.process = subprocess.Popen(
            ['prometheus', f'--config.file={work}/prometheus.yml', f'--storage.tsdb.path={work}/tsdb',
             f'--web.listen-address=127.0.0.1:{self.port}', '--log.level=error'], stderr=subprocess.DEVNULL)
        started.append(self.process)
        require(becomes(30, lambda: get(f'http://127.0.0.1:{self.port}/-/ready')), 'Prometheus starts')

    def firing(self):
        alerts = json.loads(get(f'http://127.0.0.1:{self.port}/api/v1/alerts'))['data']['alerts']
        return {a['labels']['alertname'] for a in alerts if a['state'] == 'firing'}

    def scraped(self, query):
        answer = json.loads(get(f'http://127.0.0.1:{self.port}/api/v1/query?query=' + query))
        return bool(answer['data']['result'])

    def close(self):
        self.process.terminate()
        self.process.wait(20)


def refuse_much(path):
    """A hundred packets that no release of ours sends."""
    for _ in range(100):
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as s:
            s.connect(path)
            s.send(b'is there anybody?')
            s.recv(65536)


def plant_in_blocks(peers):
    """What a program does that is wrong, or stands still."""
    require(peers['checked'].tell('spoil') == 'spoilt', 'a message is written to after its commit')
    said = peers['checker'].tell('take')
    require('CHECKSUM' in said, f'a message that was written to after its commit is {said}')
    require(peers['forger'].tell('forge') == 'forged', 'a claim is forged')
    for _ in range(8):
        peers['forged'].tell('send')
        peers['forger'].tell('take')
        peers['forger'].tell('give')
    peers['impatient'].tell('send')
    require(peers['stalled'].tell('take') == 'taken', 'a message is there')
    for _ in range(5):
        said = peers['impatient'].tell('send')
    require(said == 'sent', f'a consumer that stands still is not put out: {said}')
    return {'DhChecksumFailures', 'DhBadClaims', 'DhConsumerEvicted'}


def plant_faults(broker, peers, socket_path):
    """One fault a line; what each must fire."""
    expected = set()
    peers['dead'].kill()
    expected.add('DhProducerDead')
    peers['reader'].kill()
    expected.add('DhConsumerDead')
    for _ in range(5):
        last = peers['full'].tell('send')
    require('EFULL' in last, f'a full ring says {last}')
    expected |= {'DhRingFull', 'DhFullTimeouts', 'DhConsumersAtLimit', 'DhChannelSilent'}
    for _ in range(40):
        peers['fast'].tell('send')
    require(peers['slow'].tell('take') == 'taken', 'the newest is there')
    peers['slow'].tell('give')
    expected.add('DhMessagesLost')
    shutil.rmtree(os.environ['DH_STATE'])
    with open(os.environ['DH_STATE'], 'w', encoding='utf-8'):
        pass
    expected.add('DhRegistryNotWritten')
    refuse_much(socket_path)
    expected.add('DhRefusals')
    for _ in range(WAITING_ROWS):  # they are registered, and that is written nowhere
        Peer('produce', 'f.late', 'wait', '4', '2').close()
    expected.add('DhRegistryRowsLost')
    expected |= plant_in_blocks(peers)
    most = int(broker.value('process_open_fds') / 0.85)
    subprocess.run(['prlimit', '--pid', str(broker.process.pid), f'--nofile={most}:{most}'], check=True)
    expected.add('DhDescriptorsLow')
    return expected


def faults(work, broker, port):
    socket_path = os.environ['DH_BROKER']
    peers = {'dead': Peer('produce', 'f.dead', 'wait', '4', '2'),
             'dying': Peer('produce', 'f.dying', 'wait', '64', '2'),
             'full': Peer('produce', 'f.full', 'wait', '4', '2'),
             'fast': Peer('produce', 'f.fast', 'overwrite', '4', '2'),
             'checked': Peer('produce', 'f.checked', 'checked', '4', '2'),
             'forged': Peer('produce', 'f.forged', 'wait', '4', '3'),
             'impatient': Peer('produce', 'f.impatient', 'wait', '4', '2', '50')}
    peers['reader'] = Peer('consume', 'f.dying')
    peers['slow'] = Peer('consume', 'f.fast')
    peers |= {'checker': Peer('consume', 'f.checked'), 'forger': Peer('consume', 'f.forged'),
              'stalled': Peer('consume', 'f.impatient')}
    peers |= {f'consumer{i}': Peer('consume', 'f.full') for i in range(2)}
    for name in ('full', 'fast'):
        peers[name].tell('send')
    peers['slow'].tell('take')
    peers['slow'].tell('give')
    prometheus = Prometheus(work, port)
    require(becomes(20, lambda: prometheus.scraped('dh_lost_messages_total')), 'Prometheus scrapes')
    calm = prometheus.firing()
    require(not calm - {'DhConsumersAtLimit', 'DhChannelSilent', 'DhRegistryNotWritten'}, f'all is well, and yet: {calm}')
    expected, seen = plant_faults(broker, peers, socket_path), set()

    def all_fired():
        seen.update(prometheus.firing())
        return expected <= seen
    require(becomes(40, all_fired), f'did not fire: {sorted(expected - seen)}')
    broker.process.send_signal(signal.SIGSTOP)
    broker.process.kill()
    broker.process.wait()
    require(becomes(20, lambda: 'DhBrokerDown' in prometheus.firing()), 'did not fire: DhBrokerDown')
    seen.add('DhBrokerDown')
    with open(os.path.join(PAGES, 'alerts.yml'), encoding='utf-8') as f:
        rules = set(re.findall(r'- alert: (\w+)', f.read()))
    require(rules == seen, f'rules that no fault fired: {sorted(rules - seen)}')
    print(f'fired, {len(seen)} of {len(rules)} rules:', ', '.join(sorted(seen)))
    prometheus.close()
    for peer in peers.values():
        peer.kill()


def main():
    work = tempfile.mkdtemp(prefix='dh-monitoring-')
    os.environ.update(DH_BROKER=os.path.join(work, 'broker.sock'), DH_STATE=os.path.join(work, 'state'))
    try:
        port = free_port()
        broker = Broker(work, port)
        text = check_numbers(broker)
        check_http(broker)
        check_names(names_exported(text))
        with open(os.path.join(PAGES, 'dashboard.json'), encoding='utf-8') as f:
            require(len(json.load(f)['panels']) > 10, 'the dashboard has panels')
        if shutil.which('promtool') is None or shutil.which('prometheus') is None:
            print('SKIPPED: Prometheus is not installed: nobody reads the metrics and fires the alerts')
            broker.close()
            return 1 if failures else 77
        promtool('check', 'metrics', text=text)
        promtool('check', 'rules', 'alerts.yml')
        promtool('check', 'config', '--syntax-only', 'prometheus.yml')
        promtool('test', 'rules', 'alerts.test.yml')
        faults(work, broker, port)
    finally:
        for process in started:
            if process.poll() is None:
                process.kill()
        shutil.rmtree(work, ignore_errors=True)
    return 1 if failures else 0


sys.exit(main())
