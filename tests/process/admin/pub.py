#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""pub.py BIN PEER: what pub writes is what consumers get; what does not fit the schema is refused with its place, and what would be right;
what --filter lets through; schemas, their differences, and the names of channels behind TAB."""
import json
import os
import subprocess
import sys

from stage import Stage, alone

# a line; what is said of it; what stands below
WRONG = [
    ('{"mdi": 3}', "there is no field 'mdi'", "did you mean 'mid'?"),
    ('{"mid": 99999}', 'mid: 99999 does not fit into i16', 'i16 holds -32768 to 32767'),
    ('{"mid": 1.5}', "mid: '1.5' is no whole number", 'i16 holds'),
    ('{"mid": "x"}', 'mid: a number is expected here', None),
    ('{"mid": 1.2.3}', "mid: a number is expected here, not '1.2.3'", None),
    ('{"mid": [1]}', 'mid: a number is expected here, not a list', None),
    ('{"half": 1e999}', 'half: 1e999 is too large for f16', 'a wider type'),
    ('{"mid": 1, "mid": 2}', "line 1: the field 'mid' is there already", 'write each field once'),
    ('{"on": 1}', 'on: a truth value is expected here', 'write true or false'),
    ('{"lat": "north"}', "lat: a number is expected here, not 'north'", 'write the physical value'),
    ('{"half": 70000}', 'half: 70000 is too large for f16', 'a wider type'),
    ('{"level": "hgih"}', "level: there is no value 'hgih'", None),
    ('{"faults": ["gyor"]}', "faults: there is no value 'gyor'", "did you mean 'gyro'?"),
    ('{"best": {"x": 1, "z": 2}}', "best: there is no field 'z'", 'the fields are: x, y'),
    ('{"name": "a name too long"}', 'name: this text has 15 bytes, and there is room for 5', 'shorten it'),
    ('{"blob": "0g"}', 'blob: bytes are expected here', 'two hexadecimal digits'),
    ('{"gain": [1, 2]}', 'gain: 3 elements are expected here', None),
    ('{"shorts": [1, 2, 3, 4, 5, 6, 7, 8, 9]}', 'shorts: 9 items, and the list has room for', 'leave some out'),
    ('{"val": {"nmu": 3}}', "val: there is no arm 'nmu'", "did you mean 'num'?"),
    ('{"val": 3}', 'val: a union is written as an object with one arm', '{"arm": value}'),
    ('{"mid": null}', 'mid: this field has no value that stands for null', 'optional'),
    ('[1]', 'a struct is written as an object, not as a list', '{"field": value'),
    ('{"mid": 3', "',' or '}' is expected here", None),
    ('{"mid": }', 'a value is expected here', None),
    ('{"name": "\\x"}', 'there is no such escape', None),
]

# an expression; whether it lets the message through (mid 2, lat 47.1…, gyro and mag faulty, best there, val pt)
FILTERS = [
    ('mid == 2', True), ('mid != 2', False), ('mid < 3 and mid >= 2', True), ('mid > 2', False), ('not mid > 2', True),
    ('lat > 47.1 and lat < 47.2', True), ('faults ~ gyro', True), ('faults ~ mag and not (mid == 3 or mid == 4)', True),
    ('best', True), ('best.x == 640', True), ('val.num == 3', False), ('val.pt.x == 3', True), ('on == true', True), ('on', True),
    ('huge == 18446744073709551615', True), ('huge == 18446744073709551614', False), ('big < 0', True), ('small <= -128', True),
    ('level == lo', True), ('level != lo', False), ('name ~ "x1b"', False), ("mid == 7 or mid == 2", True), ('gain[0] == 0.5', True),
    ('gain[1] == gain', None), ('mdi == 2', None), ('mid =', None), ('(mid == 2', None), ('level == hgih', None), ('mid ~ 2', None),
    ('mid == 2 mid', None), ('', None), ('best == 3', None),
]


def pub(stage, line, words):
    done = subprocess.run(['dhadmin', 'pub', 'copy.lab', '--schema', stage.channel, '--dry-run', *words.split()], input=line,
                          env=stage.environment, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stderr


def mistakes_are_shown(stage):
    stage.produce().send(1)
    for line, said, help_ in WRONG:
        code, err = pub(stage, line + '\n', '')
        assert code == 65, (line, code, err)
        assert 'line 1: ' in err and said in err and '^' in err, (line, err)
        assert help_ is None or help_ in err, (line, err)
    assert pub(stage, '{"mid": 3}\n\n{"lat": {"raw": 1}}\n', '') == (0, '3 lines, all fine\n')
    code, err = pub(stage, 'mid,nam\r\n1,2\r\n', '--csv')
    assert code == 65 and "line 2: there is no field 'nam'" in err, err
    code, err = pub(stage, 'mid\r\nx\r\n', '--csv')
    assert code == 65 and 'mid: a number is expected here' in err, err
    code, err = pub(stage, 'mid\r\n1,2\r\n', '--csv')
    assert code == 65 and 'line 2: 2 cells, and the first row names 1 columns' in err, err
    code, err = pub(stage, 'mid\r\n"1\r\n', '--csv')
    assert code == 65 and 'line 2: the input ends between quotes' in err, err
    code, _, err = stage.shell('dhadmin pub lab </dev/null')     # a channel that is there, by its end
    assert code == 75 and 'dhadmin: %s: the channel has a living producer' % stage.channel in err, err
    assert './none.canon: No such file' in stage.admin('schema ./none.canon', 66)
    assert 'a new channel needs --schema' in stage.admin('pub no.such.channel </dev/null', 66)


def filters_let_through(stage):
    stage.start_broker()
    producer = stage.produce()
    producer.send(3)
    producer.kill()         # so that echo ends by itself
    for text, through in FILTERS:
        code, out, err = stage.shell("dhadmin echo %s --count 1 --field mid --filter '%s'" % (stage.channel, text))
        if through is None:
            assert code == 64 and '--filter' in err and '^' in err, (text, code, err)
        else:
            assert code == 0 and ('mid: 2' in out) == through, (text, code, out, err)


def what_is_published_is_read(stage):
    stage.produce().send(3)
    line = json.loads(stage.admin('echo %s --once --json' % stage.channel))
    keeper = subprocess.Popen(['dhadmin', 'pub', 'copy.lab', '--schema', stage.channel, '--keep'], env=stage.environment,
                              stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    stage.running.append(keeper)
    keeper.stdout = keeper.stderr
    keeper.stdin.write(json.dumps(line) + '\n' + json.dumps({**line['slot'], 'mid': 77}) + '\n')
    keeper.stdin.close()
    for _ in range(600):
        code, out, _ = stage.shell('dhadmin echo copy.lab --once --json')
        if code == 0 and json.loads(out)['sequence'] == 1:
            break
    assert json.loads(out)['slot'] == {**line['slot'], 'mid': 77}, out
    code, out, err = stage.shell('echo "{}" | dhadmin pub copy.lab --schema %s' % stage.channel)
    assert code == 75 and 'living producer' in err, (code, err)
    rows = stage.json('schemas')['schemas']
    assert len(rows) == 1 and sorted(rows[0]['channels']) == ['copy.lab', stage.channel], rows
    assert stage.admin('schema diff copy.lab %s' % stage.channel) == ''
    text = os.path.join(stage.folder, 'other.canon')
    with open(text, 'w', encoding='utf-8') as file:
        file.write(stage.admin('schema %s' % stage.channel).replace(' mid\n', ' middle\n'))
    said = stage.admin('schema diff %s %s' % (stage.channel, text), 1)
    assert '- ' in said and ' mid\n' in said and '+ ' in said and ' middle\n' in said, said
    assert stage.json('schema diff %s %s' % (stage.channel, text), 1)['same'] is False


def csv_comes_back(stage):
    stage.start_broker()
    producer = stage.produce('zones')       # numbers only: a table has no cells for lists
    producer.send(3)
    rows = stage.admin('echo %s --once --csv' % stage.channel)
    done = subprocess.run(['dhadmin', 'pub', 'table.lab', '--csv', '--schema', stage.channel, '--dry-run'],
                          input=rows, env=stage.environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0 and done.stderr == '2 lines, all fine\n', done.stderr


def tab_offers_channels(stage):
    stage.produce()
    tree = os.path.dirname(os.path.abspath(__file__)) + '/../../..'
    script = '. %s/runtime/admin/dhadmin.bash; COMP_WORDS=(dhadmin echo f) COMP_CWORD=2; _dhadmin; echo "${COMPREPLY[*]}"' % tree
    done = subprocess.run(['bash', '-c', script], env=stage.environment, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == [stage.channel], done.stdout


PLAYS = [mistakes_are_shown, filters_let_through, what_is_published_is_read, csv_comes_back, tab_offers_channels]


def main():
    alone()
    failed = 0
    for play in PLAYS:
        stage = Stage(*sys.argv[1:3])
        try:
            play(stage)
            print('ok %s' % play.__name__.replace('_', ' '))
        except AssertionError as wrong:
            failed += 1
            print('FAILED %s: %s' % (play.__name__, wrong))
        finally:
            stage.close()
    return failed != 0


if __name__ == '__main__':
    sys.exit(main())
