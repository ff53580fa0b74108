using System.Runtime.InteropServices;
using VampNet.Checkpoints;
using VampNet.TestSupport;

namespace VampNet.Runtime.Tests;

/// <summary>The tensors of one golden file, as the runtime's types.</summary>
internal sealed class GoldenTensors(string relative) : IDisposable
{
    private readonly Checkpoint _file = Checkpoint.Open(Golden.Path(relative));

    public string Metadata(string key) => _file.Metadata[key]!.AsText();

    public bool Has(string name) => _file.Tensors.ContainsKey(name);

    public float[] Singles(string name) => _file.Tensors[name].ToSingles();

    public long[] Integers(string name) => _file.Tensors[name].ToInt64s();

    public short[] Shorts(string name) => MemoryMarshal.Cast<byte, short>(_file.Tensors[name].ToBytes()).ToArray();

    public long[] Shape(string name) => [.. _file.Tensors[name].Shape];

    public TokenGrid<long> Codes(string name)
    {
        int[] shape = [.. _file.Tensors[name].Shape.Select(dimension => (int)dimension)];
        return new TokenGrid<long>(shape[0], shape[1], shape[2], _file.Tensors[name].ToInt64s());
    }

    public TokenGrid<bool> Mask(string name)
    {
        TokenGrid<long> codes = Codes(name);
        return new TokenGrid<bool>(codes.Batch, codes.Codebooks, codes.Frames, [.. codes.Values.Select(value => value != 0)]);
    }

    public void Dispose() => _file.Dispose();
}
