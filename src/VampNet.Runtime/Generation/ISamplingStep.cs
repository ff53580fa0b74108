namespace VampNet.Runtime.Generation;

/// <summary>Computes what follows a transformer's pass: a token for every masked position, and which tokens are masked again. It takes the
/// place of the built-in sampler.</summary>
public interface ISamplingStep
{
    /// <summary>Refuses options that the step cannot follow, before any work.</summary>
    /// <exception cref="RuntimeException">VNR0310: an option that this step has no input for.</exception>
    void Require(GenerateOptions options);

    /// <summary>Runs the step.</summary>
    /// <param name="inputs">Inputs of the step.</param>
    /// <param name="next">Receives the codes for the next pass, MASK where a token was given up; [B,C,T].</param>
    /// <param name="tokens">Receives the codes without MASK in the predicted codebooks; [B,C,T].</param>
    /// <param name="cancellationToken">Ends the computation early.</param>
    void Run(SamplingStepInputs inputs, TokenGrid<long> next, TokenGrid<long> tokens, CancellationToken cancellationToken);
}
