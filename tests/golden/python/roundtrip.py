# SPDX-License-Identifier: Apache-2.0
"""roundtrip.py DHGEN TOP WORK: what dhgen --lang python makes against what C and the model say.

A C program (made of fill/ by dhgen itself) fills each struct by chance through the generated header, and tells bytes and
values; Python decodes the bytes, finds the same values, encodes them, and has the same bytes. Offsets, metadata, hashes and
lineage are those of the model, of dhgen canon, and of hashlib. Type checkers and linters have nothing to say."""
import ast
import hashlib
import importlib
import json
import pathlib
import shutil
import struct
import subprocess
import sys

GROUPS = {  # folder: the schemas in it; a group is one program's worth of names
    'tests/golden/languages': ['whole.dhs', 'parts.dhs', 'words.dhs'],
    'tests/golden/generate': ['album.dhs', 'camera.dhs', 'geometry.dhs', 'image.dhs', 'imu.dhs', 'types.dhs'],
    'tests/golden/std': ['use.dhs'],
    # not e2: six million bytes a turn
    'tests/golden/vectors': ['e3.dhs', 'e5.dhs', 'e6.dhs', 'e7b.dhs', 'geometry.dhs'],
    'tests/golden/python': ['words.dhs'],
    'tests/golden/model': ['rare.dhs'],
    'tests/process/languages': ['newer.dhs', 'older.dhs'],
}


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, f'{" ".join(map(str, command))}:\n{done.stdout}{done.stderr}'
    return done.stdout


def plain(codec, value):
    """As the C program tells it."""
    kind = type(codec).__name__
    if kind in ('_Array', '_List'):
        inner = codec._row if kind == '_Array' else codec.element
        return [plain(inner, item) for item in value]
    if kind == '_Optional':
        return None if value is None else plain(codec.element, value)
    if kind == '_Structure':
        about = codec.cls.__dh__
        if type(about).__name__ == '_Tagged':
            arm = about.arm(value.tag)
            return [value.tag, plain(arm.codec, value.value) if arm and arm.codec else None]
        return [plain(f.codec, getattr(value, f.name)) for f in about.fields]
    if kind in ('_Chars', '_String'):
        return value.encode('utf-8', 'surrogateescape').hex()
    if kind == '_Bytes':
        return value.hex()
    if kind == '_Scalar' and codec.name == 'f16':
        return struct.unpack('<H', struct.pack('<e', value))[0]
    if kind == '_Scalar' and codec.name in ('f32', 'f64'):
        return float.fromhex(value.hex())
    return int(value)


def read_floats(value):
    """C tells reals as '0x1.8p+1', texts as hexadecimal without 'x': told apart by it and by 'inf'."""
    if isinstance(value, list):
        return [read_floats(item) for item in value]
    if isinstance(value, str) and ('x' in value or 'inf' in value):
        return float.fromhex(value)
    return value


def values_in_c(dhgen, top, here, work, stem):
    """What the C program tells: (struct, values, bytes) of each turn."""
    program = work / stem.replace('/', '_')
    run('cc', '-std=gnu11', '-D_GNU_SOURCE', '-w', '-I', work, '-I', here / 'fill', '-I', top / 'include',
        work / f'{stem}.fill.c', '-lm', '-o', program)
    return ast.literal_eval(run(program))


def check_values(module, told):
    """C's bytes as values, and back; beside neighbours that must not be touched."""
    for name, values, text in told:
        cls = module.__dh__.structs.get(name) or module.__dh__.structs[name + '_']
        data = bytes.fromhex(text)
        value = cls.decode(data)
        got = [plain(f.codec, getattr(value, f.name)) for f in cls.__dh__.fields]
        assert got == read_floats(values), f'{name}: C put in\n{values}\nPython reads\n{got}'
        assert value.to_bytes() == data, f'{name}: encoded again it is other bytes'
        assert cls.decode(memoryview(b'123' + data + b'45'), 3).to_bytes() == data
        room = bytearray(b'\xaa' * (len(data) + 5))
        value.encode(room, 2)
        assert room == b'\xaa\xaa' + data + b'\xaa\xaa\xaa', f'{name}: written beside its place'
        assert isinstance(str(value), str) and repr(value)
    return len(told)


def check_model(module, model, numpy):
    """Layout and metadata against the model; the dtype against both."""
    count = 0
    for declaration in model['declarations']:
        of = declaration['struct'] or declaration['union']
        if not of:
            continue
        known = {**module.__dh__.structs, **module.__dh__.unions}
        about = (known.get(of['flat']) or known[of['flat'] + '_']).__dh__
        assert (about.size, about.align, about.source) == (of['size'], of['align'], of['source'])
        for field, wanted in zip(about.fields, of.get('fields') or of['arms'], strict=True):
            where = f"{of['name']}.{wanted['name']}"
            offset = wanted['offset'] if 'offset' in wanted else of['arms_offset']
            assert (field.offset, field.wire_name) == (offset, wanted['wire_name']), where
            for key in ('unit', 'frame', 'clock', 'label', 'writer', 'invalid_first'):
                assert getattr(field, key) == wanted[key], f'{where}: {key}'
            assert field.docs == tuple(line['text'] for line in wanted['docs']), where
            assert (field.deprecated is not None) == wanted['is_deprecated'], where
            for mine, theirs in (('low', 'low'), ('high', 'high')):
                text = wanted['range'] and wanted['range'][theirs]
                got = getattr(field, mine)
                assert (got is None and text is None) or float(got) == float(text), f'{where}: {mine}'
            if wanted['scale']:
                assert field.scale == (float(wanted['scale']['factor']), float(wanted['scale']['offset'])), where
            if numpy and field.codec:
                assert about.dtype().fields[field.name][1] == offset, f'{where}: {about.dtype()}'
                assert about.dtype().fields[field.name][0].itemsize == field.codec.size == field.size, where
            count += 1
        if numpy:
            dtype = about.dtype()
            assert dtype.itemsize == of['size'] and dtype.isalignedstruct and of['align'] % dtype.alignment == 0, of['name']
            native = numpy.dtype(dtype).newbyteorder('<')
            assert native == dtype, f"{of['name']} is not little-endian in all of its parts"
    return count


def lineage(canonical, root, minor):
    """BLAKE2b of the head lines, the root's line, and its minors up to that one: canon.md, rule 15."""
    lines = canonical.decode().splitlines(keepends=True)
    start = next(i for i, line in enumerate(lines) if line.startswith('root ' + ('zone ' + root.wire_name if root.is_zone else 'slot')
                                                                      + ' align'))
    text = lines[:3] + [lines[start]]
    for line in lines[start + 1:]:
        if line.startswith(('root ', 'meaning\n')) or (line.startswith('minor ') and int(line.split()[1]) > minor):
            break
        text.append(line)
    return hashlib.blake2b(''.join(text).encode(), digest_size=32).digest()


def check_channels(dhgen, schema, module, model):
    for channel, wanted in zip(module.__dh__.channels.values(), model['channels'], strict=True):
        name = channel.name
        assert channel.canonical.decode() == run(dhgen, 'canon', '--channel', name, schema)
        assert channel.hash.hex() == run(dhgen, 'hash', '--channel', name, schema).strip()
        assert hashlib.blake2b(channel.canonical, digest_size=32).digest() == channel.hash
        for key in ('family', 'full_name', 'major', 'minor', 'slots', 'full', 'checksum', 'consumers'):
            assert getattr(channel, key) == wanted[key], f'{name}: {key}'
        for root, of in zip(channel.roots, wanted['roots'], strict=True):
            for key in ('name', 'size', 'stride', 'is_zone', 'shared', 'spinlocks', 'since_minor'):
                assert getattr(root, key) == of[key], f'{name}.{root.name}: {key}'
            assert root.cls is None or root.cls.__dh__.size == root.size
            for minor, told in zip(root.minors, of['minors'], strict=True):
                assert (minor.minor, minor.size, minor.lineage.hex()) == (told['minor'], told['size'], told['lineage'])
                assert lineage(channel.canonical, root, minor.minor) == minor.lineage, f'{name}.{root.name} {minor.minor}'
    return len(module.__dh__.channels)


def refuses(kind, text, call):
    try:
        call()
    except kind as error:
        assert text in str(error), f'{text!r} is not said: {error}'
        return
    raise AssertionError(f'not refused: {text}')


def check_refusals(whole):
    """What does not fit is refused with its place, and nothing is written."""
    gripper = whole.Gripper()
    room = bytearray(b'\x55' * gripper.__dh__.size)
    wrong = [
        ('heat', 256, ValueError, 'Gripper.heat: 256 does not fit u8'),
        ('heat', -1, ValueError, 'Gripper.heat: -1 does not fit u8'),
        ('lat', 1.5, TypeError, 'Gripper.lat: 1.5 is a float, i32 takes whole numbers'),
        ('lat', 'x', TypeError, "Gripper.lat: 'x' is no number"),
        ('ok', 2, ValueError, 'Gripper.ok: 2 is neither true nor false'),
        ('volts', 1e300, ValueError, 'Gripper.volts: 1e+300 does not fit f32'),
        ('mode', 300, ValueError, 'Gripper.mode: 300 does not fit u8'),
        ('name', 'ninebytes', ValueError, 'Gripper.name: 9 bytes of text, there is room for 8'),
        ('label', 'µ' * 8, ValueError, 'Gripper.label: 16 bytes of text, there is room for 15'),
        ('label', b'x', TypeError, "Gripper.label: b'x' is no text"),
        ('raw', b'1234567', ValueError, 'Gripper.raw: 7 bytes, there is room for 6'),
        ('raw', 'x', TypeError, "Gripper.raw: 'x' is no bytes"),
        ('points', [whole._parts_dh.Place()] * 5, ValueError, 'Gripper.points: 5 items, there is room for 4'),
        ('points', [whole._parts_dh.Place(name='x' * 8)], ValueError, 'Gripper.points[0].name: 8 bytes of text'),
        ('points', [3], TypeError, 'Gripper.points[0]: 3 is no Place'),
        ('matrix', [[0.0, 0.0]], ValueError, 'Gripper.matrix: 1 elements, there must be 3'),
        ('matrix', [[0.0], [0.0], [0.0]], ValueError, 'Gripper.matrix[0]: 1 elements, there must be 2'),
        ('reading', whole.Reading(1, 'x'), TypeError, "Gripper.reading.number: 'x' is no number"),
        ('reading', whole.Reading(5, 1), ValueError, 'Gripper.reading: tag 5 has no value'),
    ]
    for name, value, kind, text in wrong:
        gripper = whole.Gripper(**{name: value})
        refuses(kind, text, lambda value=gripper: value.encode(room))
        assert room == b'\x55' * len(room), f'{name}: something was written'
    refuses(ValueError, 'Gripper: 703 bytes from offset 1 on, 704 are needed', lambda: whole.Gripper.decode(bytes(704), 1))
    refuses(ValueError, '704 are needed', lambda: whole.Gripper().encode(bytearray(3)))
    refuses(ValueError, 'are needed', lambda: whole.Gripper.decode(bytes(704), -1))
    return len(wrong) + 3


def check_by_hand(whole):
    """What people would write."""
    gripper = whole.Gripper(time=5, faults=whole.Fault.hot | whole.Fault.cold, reading=whole.Reading.of('text', 'abc'))
    again = whole.Gripper.decode(gripper.to_bytes())
    assert again == gripper and again.faults == 9 and again.reading.arm == 'text' and again.mode is whole.Mode.moving
    assert 'time: 5 ns' in str(again) and 'mode: moving' in str(again) and 'reading: text: "abc"' in str(again)
    lat = whole.Gripper.__dh__.field('lat')
    assert lat.raw(47.5) == 475000000 and lat.physical(475000000) == 47.5 and (lat.low, lat.high) == (-90, 90)
    heat = whole.Gripper.__dh__.field('heat')
    assert heat.raw(21.3) == 123 and heat.physical(123) == 21.5
    older = whole.Gripper.decode(gripper.to_bytes()[:576], minor=0)
    assert (older.later, older.latest, older.time) == (0.0, 0, 5)
    refuses(ValueError, 'are needed', lambda: whole.Gripper.decode(gripper.to_bytes()[:576], minor=1))
    broken = bytearray(gripper.to_bytes())
    broken[176:180] = b'\xff' * 4  # a count that no producer writes
    assert len(whole.Gripper.decode(broken).points) == 4
    broken[16] = 200  # and a mode that nobody knows
    assert whole.Gripper.decode(broken).mode == 200
    assert (whole.AXES, whole.LIMIT, whole.Gripper_FINGERS) == (3, -5000000000, 2)
    assert whole.__dh__.enumerators['Mode']['moving'].label == 'in motion'
    assert whole.__dh__.enumerators['Fault']['class_'].deprecated == 'nobody sets it'
    assert whole.__dh__.channels['gripper'].slot.cls is whole.Gripper
    assert whole.__dh__.channels['gripper'].zone('state').spinlocks == 2


def check_with_numpy(numpy, whole):
    """An array over bytes, nothing copied."""
    values = [whole.Gripper(time=i, matrix=[[i, 1], [2, 3], [4, 5]], name=f'n{i}') for i in range(4)]
    data = b''.join(value.to_bytes() for value in values)
    table = numpy.frombuffer(data, whole.Gripper.__dh__.dtype())
    assert table['time'].tolist() == [0, 1, 2, 3] and table['matrix'][3][0][0] == 3.0 and table['name'][2] == b'n2'
    assert table['heats'].shape == (4, 2) and table['reading']['__tag__'].tolist() == [0] * 4


def lint(work, typed=True):
    """mypy --strict (unless a field hides a type from it) and flake8, where they are; under -W error, without numpy, and as parts of a package."""
    files = sorted(str(path) for path in work.glob('*_dh.py'))
    for path in files:
        name = pathlib.Path(path).stem
        run(sys.executable, '-W', 'error', '-c', f"import sys; sys.modules['numpy'] = None; import {name}", cwd=work)
    package = work / 'package'
    package.mkdir()
    for path in files:
        shutil.copy(path, package)
    (package / '__init__.py').touch()
    for path in files:
        run(sys.executable, '-W', 'error', '-c', f'import package.{pathlib.Path(path).stem}', cwd=work)
    tried = []
    for tool, options in (('mypy', ['--strict', '--no-error-summary']), ('flake8', ['--max-line-length=1000'])):
        if tool == 'mypy' and not typed:
            continue
        if shutil.which(tool):
            run(tool, *options, *files, cwd=work)
            tried.append(tool)
        else:
            print(f'NOT TRIED: there is no {tool}; ./dev setup installs it')
    return tried


LEFT_OUT = ('diagnostics', 'mistakes', 'fmt', 'tutorial', 'lsp')  # wrong, or half a schema, on purpose


def check_all_schemas(dhgen, top, work):
    """Every schema of this tree comes out as Python, at least."""
    count = 0
    for path in sorted(top.rglob('*.dhs')):
        parts = path.relative_to(top).parts
        if parts[0] == 'build' or any(part in LEFT_OUT for part in parts):
            continue
        run(dhgen, '--lang', 'python', '--out', work, '-I', top / 'tests/golden/import/expected', '-I', top / 'tests/install/breaking/shared', path)
        count += 1
    for path in work.glob('*_dh.py'):
        compile(path.read_text(encoding='utf-8'), str(path), 'exec')
    return count


def main():
    dhgen, top, base = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2]).resolve(), pathlib.Path(sys.argv[3]).resolve()
    here = pathlib.Path(__file__).resolve().parent
    try:
        numpy = importlib.import_module('numpy')
    except ImportError:
        numpy = None
        print('NOT TRIED: there is no numpy; ./dev setup installs it')
    shutil.rmtree(base, ignore_errors=True)
    totals = {'structs by chance': 0, 'fields': 0, 'channels': 0}
    everything = base / 'all'
    everything.mkdir(parents=True)
    for number, (folder, schemas) in enumerate(GROUPS.items()):
        work = base / f'group{number}'
        work.mkdir()
        paths = [str(top / folder / name) for name in schemas]
        for language in (['--lang', 'python'], [], ['--lang', f'{here}/fill/']):
            run(dhgen, *language, '--out', work, *paths)
        sys.path.insert(0, str(work))
        stems = [name.removesuffix('.dhs') for name in schemas] + [f'dh/{path.stem[:-5]}' for path in (work / 'dh').glob('*.fill.c')]
        for stem in stems:
            stem = stem.removesuffix('.fill')
            module = importlib.import_module(stem.replace('/', '_') + '_dh')
            schema = str(top / ('idl/std' if stem.startswith('dh/') else folder) / f'{stem}.dhs')
            model = json.loads(run(dhgen, '--dump', 'model', schema))
            totals['structs by chance'] += check_values(module, values_in_c(dhgen, top, here, work, stem))
            totals['fields'] += check_model(module, model, numpy)
            totals['channels'] += check_channels(dhgen, schema, module, model)
            if stem == 'whole':
                totals['refusals'] = check_refusals(module)
                check_by_hand(module)
                if numpy:
                    check_with_numpy(numpy, module)
        sys.path.remove(str(work))
        for name in [name for name in sys.modules if name.endswith('_dh')]:
            del sys.modules[name]
        if folder == 'tests/golden/languages':
            totals['checked by'] = lint(work)
        if folder == 'tests/golden/python':
            lint(work, typed=False)
    totals['schemas'] = check_all_schemas(dhgen, top, everything)
    print(totals)
    assert totals['schemas'] > 40
    assert totals['structs by chance'] > 400 and totals['fields'] > 200 and totals['channels'] > 10


main()
