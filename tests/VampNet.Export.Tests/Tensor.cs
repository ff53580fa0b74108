namespace VampNet.Export.Tests;

/// <summary>A dense, row-major tensor.</summary>
internal sealed record Tensor<T>(T[] Values, int[] Shape)
{
    public int Count => Values.Length;

    public override string ToString() => $"{typeof(T).Name}[{string.Join(',', Shape)}]";
}
