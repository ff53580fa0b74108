using TorchSharp;
using VampNet.Checkpoints;
using VampNet.TestSupport;

namespace VampNet.Torch.Tests;

/// <summary>The tensors of a golden .safetensors file as TorchSharp tensors. Whoever receives one disposes it.</summary>
internal sealed class GoldenFile(string path) : IDisposable
{
    private readonly Checkpoint _file = Checkpoint.Open(Golden.Path(path));

    public bool Has(string name) => _file.Tensors.ContainsKey(name);

    public torch.Tensor Singles(string name) => torch.tensor(_file.Tensors[name].ToSingles(), Shape(name));

    public torch.Tensor Int64s(string name) => torch.tensor(_file.Tensors[name].ToInt64s(), Shape(name));

    public double[] Doubles(string name) =>
        [.. System.Runtime.InteropServices.MemoryMarshal.Cast<byte, double>(_file.Tensors[name].ToBytes())];

    public void Dispose() => _file.Dispose();

    private long[] Shape(string name) => [.. _file.Tensors[name].Shape];
}
