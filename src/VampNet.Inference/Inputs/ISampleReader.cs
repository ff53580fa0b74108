using System.Collections.Immutable;
using VampNet.Onnx;

namespace VampNet.Inference.Inputs;

/// <summary>Reads samples for a graph from one kind of file.</summary>
public interface ISampleReader
{
    /// <summary>The samples of a file that the inputs can take; null where the file is of another kind or fits no input.</summary>
    /// <param name="path">An existing file.</param>
    /// <param name="inputs">The graph's inputs.</param>
    /// <param name="extent">The longest last axis of a sample; a longer recording gives several samples.</param>
    IEnumerable<ModelSample>? Read(string path, ImmutableArray<Value> inputs, int extent);
}
