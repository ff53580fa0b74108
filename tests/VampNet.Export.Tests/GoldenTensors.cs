using VampNet.Checkpoints;
using VampNet.TestSupport;

namespace VampNet.Export.Tests;

/// <summary>The tensors of one golden file.</summary>
internal sealed class GoldenTensors(string file) : IDisposable
{
    private readonly Checkpoint _checkpoint = Checkpoint.Open(Golden.Path(file));

    public bool Has(string name) => _checkpoint.Tensors.ContainsKey(name);

    public Tensor<float> Singles(string name) => new(_checkpoint.Tensors[name].ToSingles(), Shape(name));

    public Tensor<long> Int64s(string name) => new(_checkpoint.Tensors[name].ToInt64s(), Shape(name));

    public void Dispose() => _checkpoint.Dispose();

    private int[] Shape(string name) => [.. _checkpoint.Tensors[name].Shape.Select(dimension => (int)dimension)];
}
