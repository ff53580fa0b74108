using System.Collections.Immutable;

namespace VampNet.Inference.Inputs;

/// <summary>Reads tensors for a graph from one kind of file that names none, such as recordings.</summary>
public interface ISampleReader
{
    /// <summary>The tensors that a file gives, one set for each sample; null where the file is of another kind or fits no input.</summary>
    /// <param name="path">An existing file.</param>
    /// <param name="inputs">The graph's inputs.</param>
    /// <param name="extent">The longest last axis of a sample; a longer recording gives several samples.</param>
    IEnumerable<ModelSample>? Read(string path, ImmutableArray<InputPlan> inputs, int extent);
}
